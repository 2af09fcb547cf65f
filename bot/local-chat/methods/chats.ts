import { badRequest } from '../api-error.js';
import type { MemberStatus, User } from '../bot-api.js';
import { leadingInteger } from '../params.js';
import type { ChatRoom, World } from '../world.js';
import type { Method } from './context.js';

export const getMe: Method = (_params, { world, profile }) => ({
  ...world.bot,
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: profile.supportsInlineQueries,
  can_connect_to_business: false,
  has_main_web_app: false,
});

export const getChat: Method = (params, { world }) => {
  const { chat } = world.openRoom(params.text('chat_id'), 'read');
  return { ...chat, accent_color_id: 0, max_reaction_count: 11 };
};

export const getChatMember: Method = (params, { world }) => {
  const userId = leadingInteger(params.text('user_id'));
  if (userId <= 0) throw badRequest('Invalid user_id specified');
  const room = world.openRoom(params.text('chat_id'), userId === world.bot.id ? 'read' : 'read-members');
  const user = world.users.get(userId);
  if (!user) throw badRequest(room.chat.type === 'group' ? 'User not found' : 'PARTICIPANT_ID_INVALID');
  if (userId !== world.bot.id) checkMembersAreVisible(room);
  const described = describeMember(user, memberStatus(room, user, world));
  return userId === world.bot.id ? withRights(described, room) : described;
};

/** What the bot may in a channel or group: to write, or not. */
function withRights(described: object, { chat, botStatus, botCanWrite }: ChatRoom): object {
  if (chat.type === 'channel' && botStatus === 'administrator') return { ...described, can_post_messages: botCanWrite };
  if (chat.type !== 'supergroup' || botStatus !== 'member' || botCanWrite) return described;
  return { ...described, status: 'restricted', is_member: true, can_send_messages: false };
}

export const getChatAdministrators: Method = (params, { world }) => {
  const room = world.openRoom(params.text('chat_id'), 'read-members');
  if (room.chat.type === 'private') throw badRequest('there are no administrators in the private chat');
  checkMembersAreVisible(room);
  const others = [...room.members].flatMap(([id, status]) => {
    const user = world.users.get(id);
    return user && !user.is_bot ? [{ user, status }] : [];
  });
  return [...others, { user: world.bot, status: room.botStatus }]
    .filter(({ status }) => status === 'creator' || status === 'administrator')
    .map(({ user, status }) => describeMember(user, status));
};

/** Only administrators see who follows a channel, or who is in a group that hides its members. */
function checkMembersAreVisible(room: ChatRoom): void {
  if (room.chat.type === 'channel' && room.botStatus !== 'administrator') {
    throw badRequest('member list is inaccessible');
  }
  if (room.membersAreHidden && room.botStatus !== 'administrator') throw badRequest('CHAT_ADMIN_REQUIRED');
}

function memberStatus(room: ChatRoom, user: User, world: World): MemberStatus {
  if (user.id === world.bot.id) return room.chat.type === 'private' ? 'member' : room.botStatus;
  if (room.chat.type === 'private') return user.id === room.chat.id ? 'member' : 'left';
  return room.members.get(user.id) ?? 'left';
}

/** A ChatMember of the Bot API; an administrator with the rights that a group gives by default. */
export function describeMember(user: User, status: MemberStatus): object {
  if (status === 'creator') return { user, status, is_anonymous: false };
  if (status === 'kicked') return { user, status, until_date: 0 };
  if (status !== 'administrator') return { user, status };
  return {
    user,
    status,
    can_be_edited: false,
    can_manage_chat: true,
    can_change_info: true,
    can_delete_messages: true,
    can_invite_users: true,
    can_restrict_members: true,
    can_promote_members: false,
    can_manage_video_chats: true,
    is_anonymous: false,
  };
}
