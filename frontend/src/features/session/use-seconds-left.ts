import { useEffect, useState } from 'react';

/** Counts down from `seconds` after the local instant `since`, once a second; 0 when there is nothing to wait for. */
export function useSecondsLeft(seconds: number | null, since: number): number {
  const end = seconds === null ? 0 : since + seconds * 1000;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (end <= Date.now()) return;
    setNow(Date.now());
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= end) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [end]);
  return Math.max(0, Math.ceil((end - now) / 1000));
}
