import { render } from 'preact';
import { followTheme } from '../shared/theme.js';
import { App } from './app.js';
import './chat.css';

followTheme();
const root = document.getElementById('root');
if (root) render(<App />, root);
