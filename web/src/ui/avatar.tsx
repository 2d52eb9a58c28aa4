import './avatar.css';

/** Initials on a colour that stays the same for a name. */
export function Avatar({ name, size = 'medium' }: { name: string; size?: 'small' | 'medium' }) {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  return (
    <span className={`avatar avatar-${size}`} style={{ '--hue': hue }} aria-hidden="true">
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}
