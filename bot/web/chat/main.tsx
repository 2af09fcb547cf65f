import { render } from 'preact';
import './chat.css';

const root = document.getElementById('root');
if (root) render(<p>摘报</p>, root);
