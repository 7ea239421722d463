/** Figures, times and names as people read them. */

const NUMBER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const TENTHS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const MONEY = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const HOURLY = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

export const number = (value: number): string => NUMBER.format(value);
export const percent = (value: number): string => `${NUMBER.format(value)} %`;
/** With one decimal always, for figures below each other. */
export const percentInColumn = (value: number): string => `${TENTHS.format(value)} %`;
export const share = (value: number): string => `${Math.round(value * 100)} %`;
export const money = (value: number): string => (Number.isInteger(value) ? MONEY : HOURLY).format(value);
export const moment = (value: string): string => MOMENT.format(new Date(value));
export const day = (value: string): string => DAY.format(new Date(value));

/** `FEATURED_ROLE` as `Featured role`, `overrideFields` as `Override fields`. */
export function words(name: string): string {
  const apart = name.includes('_') || name === name.toUpperCase() ? name.toLowerCase().replaceAll('_', ' ') : camel(name);
  return (apart.charAt(0).toUpperCase() + apart.slice(1)).replace(/\bsoc\b/i, 'SOC').replace(/\bai\b/i, 'AI');
}

function camel(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** `1 job`, `2 jobs`. */
export function count(value: number, thing: string): string {
  return `${number(value)} ${thing}${value === 1 ? '' : 's'}`;
}
