import { useEffect, useState } from 'react';

/** Grows by one whenever the colours of the page change: a canvas keeps the ones that it was drawn with. */
export function useThemeVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const bump = (): void => setVersion((before) => before + 1);
    const chosen = new MutationObserver(bump);
    chosen.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', bump);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', bump);
    };
  }, []);
  return version;
}
