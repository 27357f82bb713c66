/** `frame.js` for a script tag: `<script async src="…/frame.js" data-origins="https://app.example"></script>` */
import { reportActivity } from './element/frame.js';

reportActivity(document.currentScript?.dataset['origins']?.match(/\S+/g) ?? []);
