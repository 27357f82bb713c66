/** Chinese, traditional. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'zh-Hant',
  dir: 'ltr',
  idleTitle: '您還在嗎？',
  idleText: '為保護您的資訊，時間一到系統將自動登出。',
  anyHint: '移動滑鼠、按任意鍵或觸碰螢幕，即可保持登入。',
  stay: '保持登入',
  signOut: '立即登出',
  lifetimeTitle: '您即將被登出',
  lifetimeText: '可保持登入的時間有限。請儲存您的工作，然後重新登入。',
  carryOn: '暫時繼續',
  signInAgain: '重新登入',
  left: '剩餘時間：{time}。',
  endsAt: '工作階段將於 {time} 結束',
  confirming: '正在向伺服器確認…',
  unreachable: '無法連線到伺服器。您可能會被登出。',
  confirmed: '您仍處於登入狀態。',
  checking: '正在確認您是否仍處於登入狀態…',
  ended: '您已登出',
  'ended-idle': '已有一段時間沒有任何操作。',
  'ended-lifetime': '可保持登入的時間有限。',
  'ended-signed-out': '您已在此分頁或其他分頁登出。',
  'ended-revoked': '您的工作階段已失效。',
  'ended-replaced': '其他人已在此瀏覽器登入，或者您已重新登入。',
  locked: '請重新登入以繼續',
  lockedText: '您的工作仍保留在此頁面。登入頁面會在新視窗中開啟。',
  lockedStay: '登入（新視窗）',
  looped: '您每次登入後都會立即被登出。請與網站管理員聯絡。',
};

export default messages;
