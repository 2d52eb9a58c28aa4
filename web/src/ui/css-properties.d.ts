import 'react';

declare module 'react' {
  // Custom properties are valid in a style attribute; React's types leave them out.
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}
