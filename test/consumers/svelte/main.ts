import { mount } from 'svelte';
import App from './App.svelte';
import 'session-security/svelte';

mount(App, { target: document.querySelector('#root')! });
