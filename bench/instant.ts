/** The time on a clock that two processes of one machine share, in milliseconds with their fractions. */
export const instant = (): number => performance.timeOrigin + performance.now();
