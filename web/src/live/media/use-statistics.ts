import { useEffect, useState } from 'react';
import {
  type MediaStatistics,
  readStatistics,
  type StatisticsSample,
  type StatsEntry,
} from './statistics.ts';

const LOOK_EVERY_MS = 1_000;

/** What a publisher or watcher has come to, once a second, while `enabled`; null before the first look. */
export function useStatistics(
  source: { stats: () => Promise<RTCStatsReport | null> } | null,
  enabled: boolean,
): MediaStatistics | null {
  const [statistics, setStatistics] = useState<MediaStatistics | null>(null);
  useEffect(() => {
    if (!enabled || !source) {
      setStatistics(null);
      return;
    }
    let ended = false;
    let sample: StatisticsSample | null = null;
    const look = async () => {
      const report = await source.stats();
      if (ended) return;
      if (!report) {
        sample = null;
        setStatistics(null);
        return;
      }
      // The DOM's types leave open what the entries hold; they are read name by name.
      const entries = [...report.values()] as StatsEntry[];
      const read = readStatistics(entries, performance.now(), sample);
      sample = read.sample;
      setStatistics(read.statistics);
    };
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    void look();
    return () => {
      ended = true;
      clearInterval(timer);
    };
  }, [source, enabled]);
  return statistics;
}
