/** Turkish. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'tr',
  dir: 'ltr',
  idleTitle: 'Hâlâ orada mısınız?',
  idleText: 'Bilgilerinizi korumak için süre dolduğunda oturumunuz kapatılacak.',
  anyHint: 'Oturumunuzu açık tutmak için fareyi hareket ettirin, bir tuşa basın veya ekrana dokunun.',
  stay: 'Oturumu açık tut',
  signOut: 'Oturumu şimdi kapat',
  lifetimeTitle: 'Oturumunuz yakında kapatılacak',
  lifetimeText: 'Oturum süresi sınırlıdır. Çalışmanızı kaydedin, ardından yeniden oturum açın.',
  carryOn: 'Şimdilik devam et',
  signInAgain: 'Yeniden oturum aç',
  left: 'Kalan süre: {time}.',
  endsAt: 'Oturum bitiş saati: {time}',
  confirming: 'Sunucu ile doğrulanıyor…',
  unreachable: 'Sunucuya ulaşılamıyor. Oturumunuz kapatılabilir.',
  confirmed: 'Oturumunuz hâlâ açık.',
  checking: 'Oturumunuzun hâlâ açık olup olmadığı kontrol ediliyor…',
  ended: 'Oturumunuz kapatıldı',
  'ended-idle': 'Bir süre işlem yapılmadı.',
  'ended-lifetime': 'Oturum süresi sınırlıdır.',
  'ended-signed-out': 'Bu sekmede veya başka bir sekmede oturumu kapattınız.',
  'ended-revoked': 'Oturumunuz artık geçerli değil.',
  'ended-replaced': 'Bu tarayıcıda başka biri oturum açtı veya siz yeniden oturum açtınız.',
  locked: 'Devam etmek için yeniden oturum açın',
  lockedText: 'Çalışmanız bu sayfada korunuyor. Oturum açma sayfası yeni bir pencerede açılır.',
  lockedStay: 'Oturum aç (yeni pencere)',
  looped: 'Her oturum açışınızın hemen ardından oturumunuz kapatılıyor. Lütfen site yöneticisiyle iletişime geçin.',
};

export default messages;
