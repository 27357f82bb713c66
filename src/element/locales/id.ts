/** Indonesian. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'id',
  dir: 'ltr',
  idleTitle: 'Apakah Anda masih di sana?',
  idleText: 'Untuk melindungi informasi Anda, sesi akan diakhiri saat waktu habis.',
  anyHint: 'Gerakkan mouse, tekan tombol, atau sentuh layar agar sesi tetap aktif.',
  stay: 'Tetap masuk',
  signOut: 'Keluar sekarang',
  lifetimeTitle: 'Sesi Anda akan segera berakhir',
  lifetimeText: 'Durasi sesi dibatasi. Simpan pekerjaan Anda, lalu masuk kembali.',
  carryOn: 'Lanjutkan untuk saat ini',
  signInAgain: 'Masuk kembali',
  left: 'Sisa waktu: {time}.',
  endsAt: 'Sesi berakhir pukul {time}',
  confirming: 'Menghubungi server…',
  unreachable: 'Server tidak dapat dihubungi. Sesi Anda mungkin akan berakhir.',
  confirmed: 'Sesi Anda masih aktif.',
  checking: 'Memeriksa apakah sesi Anda masih aktif…',
  ended: 'Sesi Anda telah berakhir',
  'ended-idle': 'Tidak ada aktivitas selama beberapa waktu.',
  'ended-lifetime': 'Durasi sesi dibatasi.',
  'ended-signed-out': 'Anda telah keluar di tab ini atau tab lain.',
  'ended-revoked': 'Sesi Anda tidak berlaku lagi.',
  'ended-replaced': 'Orang lain telah masuk di browser ini, atau Anda telah masuk kembali.',
  locked: 'Masuk kembali untuk melanjutkan',
  lockedText: 'Pekerjaan Anda tetap ada di halaman ini. Halaman masuk akan terbuka di jendela baru.',
  lockedStay: 'Masuk (jendela baru)',
  looped: 'Sesi Anda selalu berakhir tepat setelah Anda masuk. Hubungi pengelola situs ini.',
};

export default messages;
