/** By what names are told apart: neither case nor how accents are composed makes a difference (Unicode Standard Annex 15, form C). */
export const nameKey = (name: string): string => name.normalize('NFC').toLowerCase();
