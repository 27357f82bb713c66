/** Japanese. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'ja',
  dir: 'ltr',
  idleTitle: 'まだご利用中ですか？',
  idleText: '情報保護のため、残り時間がなくなると自動的にログアウトします。',
  anyHint: 'ログイン状態を続けるには、マウスを動かすか、キーを押すか、画面に触れてください。',
  stay: 'ログイン状態を続ける',
  signOut: '今すぐログアウト',
  lifetimeTitle: 'まもなくログアウトします',
  lifetimeText: 'ログインを継続できる時間には制限があります。作業内容を保存してから、もう一度ログインしてください。',
  carryOn: 'このまま続ける',
  signInAgain: 'もう一度ログイン',
  left: '残り時間は{time}です。',
  endsAt: '{time}にセッションが終了します',
  confirming: 'サーバーに確認しています…',
  unreachable: 'サーバーに接続できません。ログアウトされる場合があります。',
  confirmed: 'ログイン状態が続いています。',
  checking: 'ログイン状態を確認しています…',
  ended: 'ログアウトしました',
  'ended-idle': 'しばらく操作がありませんでした。',
  'ended-lifetime': 'ログインを継続できる時間には制限があります。',
  'ended-signed-out': 'このタブまたは別のタブで、ログアウトの操作が行われました。',
  'ended-revoked': 'セッションが無効になりました。',
  'ended-replaced': 'このブラウザーで別の方がログインしたか、もう一度ログインが行われました。',
  locked: '続けるには、もう一度ログインしてください',
  lockedText: '作業内容はこのページに残っています。ログイン画面は新しいウィンドウで開きます。',
  lockedStay: 'ログイン（新しいウィンドウ）',
  looped: 'ログインしてもすぐにログアウトされる状態が続いています。サイトの管理者にお問い合わせください。',
};

export default messages;
