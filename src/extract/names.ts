// The surnames of about 99 in 100 people, and the double ones that still occur.
const surnames = new Set(
  '习王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利于呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由种曾薛竺訾琚'.split(
    '',
  ),
);
const doubleSurnames = new Set([
  '欧阳',
  '上官',
  '司马',
  '诸葛',
  '司徒',
  '东方',
  '独孤',
  '南宫',
  '夏侯',
  '皇甫',
  '尉迟',
  '公孙',
  '慕容',
  '令狐',
  '长孙',
  '宇文',
  '端木',
  '轩辕',
  '百里',
  '呼延',
  '淳于',
  '申屠',
  '太史',
  '闾丘',
  '拓跋',
  '赫连',
  '澹台',
  '钟离',
]);

// Words of two to four characters that begin with a surname and are printed alone on a line.
const notNames = new Set(
  '记者 观察 调查 手记 报道 评论 综合 编辑 获悉 了解 介绍 采访 摄影 连线 追问 高潮 高度 方法 方案 成果 成效 成绩 时间 时代 金融 金句 关注 关键 关于 文件 文章 文化 文明 明天 明星 国际 国内 国家 平安 平台 海外 海报 安全 安排 温馨 温情 常识 路线 路径 石油 黄金 白银 夏天 夏日 江湖 龙头 史上 武器 万象 万一 严重 牛市 熊市 童年 白皮书 全文 全球 全国 易错 方向 应对 应急 应用 管理 解读 解析 解答 解决 向上 向前 何为 何以 何时 何去何从 许多 许可 于是 任务 任何 计划 计算 费用 简介 简讯 简报 项目 连线 查看 查询 明细 都市 都是 原因 原文 原标题 来源 来信 来自 权威 强化 强调 利好 利率 利润 相关 相约 由来 信息 信号 信心 展望 展开 智能 智慧 云南 云端 海南 河南 江苏 江西 安徽 宁夏 贵州 荣誉 和平 和谐 商品 商业 商务 封面 官方 谈话 房价 房产 房地产 包括 包邮 单位 单价 单身 左右 康复 温度 汤圆 游戏 游客 游记 时评 时政 时事 时讯 社论 农业 农村 农民 司法 车市 车企 车讯 景点 景区 党建 党员 党课 冷空气 边界 师生 师资 南方 南北 班级 储备 楼市 满意 满足 花絮 花费 强国 区域 国企 国庆 初心 初步 门票 门槛 容量 敬请 普法 印象 银行 公司 公告 公示 公开 公益 居民 干部 干货 元旦 元宵 幸福 富裕 由此'.split(
    ' ',
  ),
);

// Last characters of places, offices, papers and things, hardly of given names.
const commonWordEnd = /[街路书单局省市县区镇村网报社台会部厅院所校店厂库馆版表图篇说称案赛榜剧片股债]$/u;

/** Whether the text can be the name of one Chinese person: a known surname and one or two characters more, or a name with ·. */
export function isPersonName(text: string): boolean {
  const name = text.replace(/[\s\u3000]+/gu, '');
  if (/^\p{Script=Han}{1,8}(?:[·•]\p{Script=Han}{1,8}){1,3}$/u.test(name)) return true;
  if (!/^\p{Script=Han}{2,4}$/u.test(name) || notNames.has(name)) return false;
  if (commonWordEnd.test(name)) return false;
  if (doubleSurnames.has(name.slice(0, 2))) return name.length > 2;
  return name.length < 4 && surnames.has(name[0] as string);
}

/**
 * The names of a list such as 韩梅梅 李大雷 乔 禾 or 李雷、韩梅梅: split at 、，, and spaces, with spaced two-character names put
 * together. Most must have a known surname, unless `isMarked`: the words around leave no doubt that names follow.
 * Undefined when a part is no name.
 */
export function parseNames(text: string, isMarked = false): readonly string[] | undefined {
  const names = text.split(/[、，,;；/／]|\s和\s|及/u).flatMap(joinSpacedNames);
  if (names.length === 0 || names.length > maxNames) return undefined;
  if (!names.every((name) => isPersonName(name) || isNameShaped(name))) return undefined;
  return isMarked || names.filter(isPersonName).length * 2 > names.length ? names : undefined;
}

const maxNames = 16;

/** 乔 禾 is one name: a single character belongs to the single one behind it. */
function joinSpacedNames(group: string): string[] {
  const names: string[] = [];
  const parts = group.split(/[\s\u3000]+/u).filter((part) => part !== '');
  for (let index = 0; index < parts.length; index += 1) {
    const [part = '', next] = parts.slice(index, index + 2);
    const isSplit = part.length === 1 && next?.length === 1;
    names.push(isSplit ? part + next : part);
    if (isSplit) index += 1;
  }
  return names;
}

/** Two or three Han characters that are no common word: the name of somebody whose surname is rare. */
function isNameShaped(name: string): boolean {
  return /^\p{Script=Han}{2,3}$/u.test(name) && !notNames.has(name);
}
