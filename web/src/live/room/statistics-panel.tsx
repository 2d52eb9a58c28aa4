import type { MediaStatistics, PathStatistics, PictureStatistics } from '../media/statistics.ts';
import './statistics-panel.css';

/** The figures behind a picture, for those who want to know, or are asked. */
export function StatisticsPanel({ statistics }: { statistics: MediaStatistics | null }) {
  if (!statistics) return <p className="muted">Nothing is sent or received at the moment.</p>;
  const { pictures, sounds, path, loss, jitterMs } = statistics;
  return (
    <dl className="statistics" data-testid="statistics">
      {pictures.map((picture, index) => (
        <Row key={picture.rid ?? index} name={picture.rid ? `Picture ${picture.rid}` : 'Picture'}>
          {describePicture(picture)}
        </Row>
      ))}
      {sounds.map((sound, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sounds have no names, and keep their order
        <Row key={index} name="Sound">
          {[sound.codec, bits(sound.bitrate)].filter(Boolean).join(', ')}
        </Row>
      ))}
      <Row name="Way">{path ? describePath(path) : 'none yet'}</Row>
      {path?.rttMs != null && <Row name="Round trip">{Math.round(path.rttMs)} ms</Row>}
      {loss !== null && <Row name="Lost">{(loss * 100).toFixed(1)} %</Row>}
      {jitterMs !== null && <Row name="Jitter">{jitterMs.toFixed(0)} ms</Row>}
    </dl>
  );
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function describePicture({
  codec,
  width,
  height,
  framesPerSecond,
  bitrate,
  limitedBy,
}: PictureStatistics): string {
  return [
    codec,
    width && height ? `${width} × ${height}` : 'no picture yet',
    framesPerSecond === null ? null : `${Math.round(framesPerSecond)} fps`,
    bits(bitrate),
    limitedBy === null ? null : `held back by ${limitedBy}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** `UDP, direct` or `TCP, by a relay`. */
export function describePath({ protocol, relayed }: PathStatistics): string {
  return `${protocol?.toUpperCase() ?? 'unknown'}, ${relayed ? 'by a relay' : 'direct'}`;
}

function bits(perSecond: number | null): string | null {
  if (perSecond === null) return null;
  return perSecond >= 1_000_000
    ? `${(perSecond / 1_000_000).toFixed(1)} Mbit/s`
    : `${Math.round(perSecond / 1_000)} kbit/s`;
}
