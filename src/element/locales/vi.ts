/** Vietnamese. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'vi',
  dir: 'ltr',
  idleTitle: 'Bạn vẫn còn ở đó chứ?',
  idleText: 'Để bảo vệ thông tin của bạn, hệ thống sẽ tự động đăng xuất khi hết thời gian.',
  anyHint: 'Hãy di chuyển chuột, nhấn một phím hoặc chạm vào màn hình để duy trì đăng nhập.',
  stay: 'Duy trì đăng nhập',
  signOut: 'Đăng xuất ngay',
  lifetimeTitle: 'Bạn sắp bị đăng xuất',
  lifetimeText: 'Thời gian đăng nhập có giới hạn. Hãy lưu công việc của bạn rồi đăng nhập lại.',
  carryOn: 'Tạm thời tiếp tục',
  signInAgain: 'Đăng nhập lại',
  left: 'Thời gian còn lại: {time}.',
  endsAt: 'Phiên làm việc kết thúc lúc {time}',
  confirming: 'Đang kiểm tra với máy chủ…',
  unreachable: 'Không thể kết nối với máy chủ. Bạn có thể bị đăng xuất.',
  confirmed: 'Bạn vẫn đang đăng nhập.',
  checking: 'Đang kiểm tra xem bạn có còn đăng nhập không…',
  ended: 'Phiên làm việc của bạn đã kết thúc',
  'ended-idle': 'Không có hoạt động nào trong một khoảng thời gian.',
  'ended-lifetime': 'Thời gian đăng nhập có giới hạn.',
  'ended-signed-out': 'Bạn đã đăng xuất trong thẻ này hoặc một thẻ khác.',
  'ended-revoked': 'Phiên làm việc của bạn không còn hiệu lực.',
  'ended-replaced': 'Có người khác đã đăng nhập trên trình duyệt này, hoặc bạn đã đăng nhập lại.',
  locked: 'Đăng nhập lại để tiếp tục',
  lockedText: 'Công việc của bạn vẫn được giữ trên trang này. Trang đăng nhập sẽ mở trong cửa sổ mới.',
  lockedStay: 'Đăng nhập (cửa sổ mới)',
  looped: 'Lần nào bạn cũng bị đăng xuất ngay sau khi đăng nhập. Vui lòng liên hệ với quản trị viên trang web.',
};

export default messages;
