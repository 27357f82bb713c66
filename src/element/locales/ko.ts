/** Korean. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'ko',
  dir: 'ltr',
  idleTitle: '아직 이용 중이신가요?',
  idleText: '정보 보호를 위해 시간이 다 되면 자동으로 로그아웃됩니다.',
  anyHint: '로그인 상태를 유지하려면 마우스를 움직이거나 키를 누르거나 화면을 터치해 주세요.',
  stay: '로그인 유지',
  signOut: '지금 로그아웃',
  lifetimeTitle: '곧 로그아웃됩니다',
  lifetimeText: '로그인 유지 시간은 제한되어 있습니다. 작업을 저장한 후 다시 로그인해 주세요.',
  carryOn: '일단 계속하기',
  signInAgain: '다시 로그인',
  left: '남은 시간은 {time}입니다.',
  endsAt: '{time}에 세션이 종료됩니다',
  confirming: '서버에 확인하는 중…',
  unreachable: '서버에 연결할 수 없습니다. 로그아웃될 수 있습니다.',
  confirmed: '로그인 상태가 유지되고 있습니다.',
  checking: '로그인 상태를 확인하는 중…',
  ended: '로그아웃되었습니다',
  'ended-idle': '한동안 활동이 없었습니다.',
  'ended-lifetime': '로그인 유지 시간은 제한되어 있습니다.',
  'ended-signed-out': '이 탭 또는 다른 탭에서 로그아웃하셨습니다.',
  'ended-revoked': '세션이 더 이상 유효하지 않습니다.',
  'ended-replaced': '이 브라우저에서 다른 사람이 로그인했거나 본인이 다시 로그인했습니다.',
  locked: '계속하려면 다시 로그인해 주세요',
  lockedText: '작업하신 내용은 이 페이지에 그대로 있습니다. 로그인 화면은 새 창에서 열립니다.',
  lockedStay: '로그인(새 창)',
  looped: '로그인 직후 매번 로그아웃되고 있습니다. 사이트 관리자에게 문의해 주세요.',
};

export default messages;
