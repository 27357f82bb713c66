/** What the background poll brings: something that changes while nobody does anything. */
export const NEWS = [
  'The loading bay is closed on Thursday morning.',
  'Room Birch has a new whiteboard.',
  'Please return borrowed chargers to the workshop.',
  'The lift is being serviced until four o’clock.',
  'The canteen opens half an hour later this week.',
] as const;
