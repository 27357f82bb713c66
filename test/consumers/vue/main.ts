import { createApp } from 'vue';
import App from './App.vue';
import 'session-security/vue';

createApp(App).mount('#root');
