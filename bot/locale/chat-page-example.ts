/** What stands in the form for a post to begin with, in Chinese as all posts: in the archive's shape, and all of it invented. */
export const examplePost = {
  title: '【示例】社区图书室周末开到晚上九点',
  category: '中国劳动保障报',
  body: '本报记者 示例\n\n从本周起，临澜市十二家社区图书室周末延长开放时间。\n\n## 为什么延长\n\n上班的人白天来不了，晚上来了又关了门。\n\n## 谁来值班\n\n由志愿者轮流值班，每人每月不超过两次。',
} as const;
