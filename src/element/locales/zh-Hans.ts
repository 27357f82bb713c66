/** Chinese, simplified. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'zh-Hans',
  dir: 'ltr',
  idleTitle: '您还在吗？',
  idleText: '为保护您的信息，倒计时结束后您将退出登录。',
  anyHint: '移动鼠标、按任意键或触摸屏幕即可保持登录。',
  stay: '保持登录',
  signOut: '立即退出登录',
  lifetimeTitle: '您即将退出登录',
  lifetimeText: '可保持登录的时间有限。请保存您的工作，然后重新登录。',
  carryOn: '暂时继续',
  signInAgain: '重新登录',
  left: '剩余时间：{time}。',
  endsAt: '会话将于 {time} 结束',
  confirming: '正在向服务器确认…',
  unreachable: '无法连接服务器。您可能会被退出登录。',
  confirmed: '您仍处于登录状态。',
  checking: '正在确认您是否仍处于登录状态…',
  ended: '您已退出登录',
  'ended-idle': '有一段时间没有任何操作。',
  'ended-lifetime': '可保持登录的时间有限。',
  'ended-signed-out': '您已在此标签页或其他标签页中退出登录。',
  'ended-revoked': '您的会话已失效。',
  'ended-replaced': '其他人已在此浏览器中登录，或者您已重新登录。',
  locked: '请重新登录以继续',
  lockedText: '您的工作仍保留在此页面上。登录页面将在新窗口中打开。',
  lockedStay: '登录（新窗口）',
  looped: '您每次登录后都会立即被退出登录。请联系网站管理员。',
};

export default messages;
