declare module 'opencc-js/dict/TSCharacters' {
  /** `traditional simplified`, joined with `|`. */
  const table: string;
  export default table;
}
