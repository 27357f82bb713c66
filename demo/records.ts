/** The intranet's data: people who may sign in, and a register of equipment. Invented, in memory, gone at the next start. */

export interface Account {
  id: string;
  name: string;
  /** In plain words, and printed at every start: this guards nothing. */
  password: string;
}

export const ACCOUNTS: readonly Account[] = [
  { id: 'ana', name: 'Ana', password: 'heron' },
  { id: 'ben', name: 'Ben', password: 'otter' },
];

export const CONDITIONS = ['Good', 'Worn', 'Needs repair', 'Out of service'] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface Item {
  id: string;
  name: string;
  place: string;
  condition: Condition;
  checked: string;
  notes: string;
  changed: { by: string; at: Date } | null;
}

/** What the form on an item's page can change. */
export type ItemChange = Pick<Item, 'place' | 'condition' | 'checked' | 'notes'>;

export type Register = ReturnType<typeof createRegister>;

export function createRegister() {
  const items = new Map<string, Item>(INVENTORY.map((item) => [item.id, { ...item, changed: null }]));
  return {
    find: (id: string): Item | undefined => items.get(id),
    search(words: string): Item[] {
      const needle = words.trim().toLowerCase();
      return [...items.values()].filter((item) =>
        `${item.id} ${item.name} ${item.place}`.toLowerCase().includes(needle),
      );
    },
    change(item: Item, change: ItemChange, by: string): void {
      Object.assign(item, change, { changed: { by, at: new Date() } });
    },
  };
}

/** The form's fields as they were entered. */
export const textsOf = (form: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(form).filter((field): field is [string, string] => typeof field[1] === 'string'));

/** The form's fields as an item's, or what is wrong with them. */
export function parseChange(form: Record<string, unknown>): ItemChange | { fault: string } {
  const text = (name: string) => (typeof form[name] === 'string' ? form[name].trim() : '');
  const condition = CONDITIONS.find((one) => one === form['condition']);
  const place = text('place');
  const checked = text('checked');
  const notes = text('notes');
  if (!place || place.length > 80) return { fault: 'Enter a place of up to 80 characters.' };
  if (!condition) return { fault: 'Choose a condition.' };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(checked)) return { fault: 'Enter the date of the last check.' };
  if (notes.length > 2_000) return { fault: 'Shorten the notes to 2000 characters.' };
  return { place, condition, checked, notes };
}

const INVENTORY: readonly Omit<Item, 'changed'>[] = [
  {
    id: 'EQ-101',
    name: 'Thermal camera',
    place: 'Workshop, shelf 2',
    condition: 'Good',
    checked: '2026-09-14',
    notes: 'Charge to 80 % before storing.',
  },
  {
    id: 'EQ-104',
    name: 'Label printer',
    place: 'Office, second floor',
    condition: 'Worn',
    checked: '2026-08-02',
    notes: 'Cutter drags on the wide tape.',
  },
  {
    id: 'EQ-117',
    name: 'Projector, ceiling',
    place: 'Room Alder',
    condition: 'Good',
    checked: '2026-10-01',
    notes: '',
  },
  {
    id: 'EQ-118',
    name: 'Projector, portable',
    place: 'Room Birch',
    condition: 'Needs repair',
    checked: '2026-07-20',
    notes: 'Fan runs on after switching off.',
  },
  {
    id: 'EQ-123',
    name: 'Laser distance meter',
    place: 'Workshop, drawer 4',
    condition: 'Good',
    checked: '2026-10-11',
    notes: '',
  },
  {
    id: 'EQ-131',
    name: 'Hand truck',
    place: 'Loading bay',
    condition: 'Worn',
    checked: '2026-05-30',
    notes: 'Left tyre is soft.',
  },
  {
    id: 'EQ-140',
    name: 'Sound level meter',
    place: 'Workshop, shelf 1',
    condition: 'Good',
    checked: '2026-09-28',
    notes: 'Calibrated until next spring.',
  },
  {
    id: 'EQ-152',
    name: 'Ladder, four metres',
    place: 'Loading bay',
    condition: 'Out of service',
    checked: '2026-06-17',
    notes: 'Third rung is bent. Do not lend.',
  },
  {
    id: 'EQ-166',
    name: 'Conference microphone',
    place: 'Room Alder',
    condition: 'Good',
    checked: '2026-10-19',
    notes: '',
  },
  {
    id: 'EQ-171',
    name: 'Bench power supply',
    place: 'Workshop, bench 3',
    condition: 'Good',
    checked: '2026-08-25',
    notes: '',
  },
];
