import type { BotCommand } from '../conversation.js';

export const forgetCommand: BotCommand = {
  name: 'forget',
  words: ['删除我的数据', '删除全部数据'],
  changesSettings: true,
  async run({ t, services, target, reply }) {
    const { subscriptions, watches, filters, saved, deliveries } = await services.ownData.count(target.chatId);
    await reply(t.forgetAsk(subscriptions, watches, filters, saved, deliveries), [
      [
        { text: t.buttons.forget, data: 'forget:yes' },
        { text: t.buttons.forgetNot, data: 'forget:no' },
      ],
    ]);
  },
  buttons: {
    forget: {
      changesSettings: true,
      async press({ t, services, target, notice, show }, [answer]) {
        if (answer !== 'yes' && answer !== 'no') return notice(t.staleButton);
        if (answer === 'yes') await services.ownData.forget(target.chatId);
        await notice();
        await show(answer === 'yes' ? t.forgotten : t.forgottenNot);
      },
    },
  },
};
