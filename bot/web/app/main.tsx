import { render } from 'preact';
import './app.css';

const root = document.getElementById('root');
if (root) render(<p>摘报</p>, root);
