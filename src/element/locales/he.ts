/** Hebrew. No native speaker has reviewed it yet. */
import type { Messages } from '../messages.js';

const messages: Messages = {
  lang: 'he',
  dir: 'rtl',
  idleTitle: 'עדיין כאן?',
  idleText: 'כדי להגן על המידע שלך, החיבור ינותק בתום הזמן.',
  anyHint: 'כדי לשמור על החיבור אפשר להזיז את העכבר, להקיש על מקש או לגעת במסך.',
  stay: 'שמירה על החיבור',
  signOut: 'התנתקות',
  lifetimeTitle: 'החיבור ינותק בקרוב',
  lifetimeText: 'משך החיבור מוגבל. יש לשמור את העבודה ולהתחבר מחדש.',
  carryOn: 'להמשיך בינתיים',
  signInAgain: 'התחברות מחדש',
  left: 'הזמן שנותר: {time}.',
  endsAt: 'החיבור יסתיים בשעה {time}',
  confirming: 'מתבצעת בדיקה מול השרת…',
  unreachable: 'השרת אינו זמין. ייתכן שהחיבור ינותק.',
  confirmed: 'החיבור שלך עדיין פעיל.',
  checking: 'מתבצעת בדיקה אם החיבור שלך עדיין פעיל…',
  ended: 'החיבור שלך הסתיים',
  'ended-idle': 'לא זוהתה פעילות במשך זמן מה.',
  'ended-lifetime': 'משך החיבור מוגבל.',
  'ended-signed-out': 'התנתקת בכרטיסייה זו או באחרת.',
  'ended-revoked': 'החיבור שלך כבר אינו תקף.',
  'ended-replaced': 'אדם אחר התחבר בדפדפן הזה, או שהתחברת מחדש.',
  locked: 'כדי להמשיך יש להתחבר מחדש',
  lockedText: 'העבודה שלך בדף הזה לא אבדה. ההתחברות תיפתח בחלון חדש.',
  lockedStay: 'התחברות (חלון חדש)',
  looped: 'החיבור שלך מסתיים בכל פעם מיד לאחר ההתחברות. יש לפנות למנהלי האתר.',
};

export default messages;
