/** Common Norwegian names, to make up people from. Whoever bears a combination of them is not meant. */
export const givenNames = {
  female: [
    ...['Anne', 'Inger', 'Kari', 'Marit', 'Ingrid', 'Liv', 'Eva', 'Berit', 'Astrid', 'Bjørg'],
    ...['Hilde', 'Solveig', 'Randi', 'Ida', 'Nina', 'Marie', 'Elin', 'Tone', 'Heidi', 'Bente'],
    ...[
      'Gerd',
      'Ruth',
      'Turid',
      'Wenche',
      'Åse',
      'Sigrid',
      'Gunhild',
      'Ragnhild',
      'Ellen',
      'Mette',
    ],
    ...['Fatima', 'Amina', 'Maja', 'Nora', 'Sara', 'Julie', 'Máret', 'Elle', 'Ágot', 'Synnøve'],
  ],
  male: [
    ...['Jan', 'Per', 'Bjørn', 'Ole', 'Lars', 'Kjell', 'Knut', 'Svein', 'Thomas', 'Arne'],
    ...['Geir', 'Hans', 'Terje', 'Morten', 'Odd', 'Erik', 'John', 'Martin', 'Andreas', 'Tor'],
    ...['Øyvind', 'Åge', 'Sverre', 'Einar', 'Harald', 'Rolf', 'Leif', 'Trond', 'Stein', 'Kåre'],
    ...[
      'Mohammed',
      'Ali',
      'Jonas',
      'Henrik',
      'Magnus',
      'Nils',
      'Mikkel',
      'Áilu',
      'Håkon',
      'Sindre',
    ],
  ],
} as const

export const familyNames = [
  ...['Hansen', 'Johansen', 'Olsen', 'Larsen', 'Andersen', 'Pedersen', 'Nilsen', 'Kristiansen'],
  ...['Jensen', 'Karlsen', 'Johnsen', 'Pettersen', 'Eriksen', 'Berg', 'Haugen', 'Hagen'],
  ...[
    'Johannessen',
    'Andreassen',
    'Jacobsen',
    'Dahl',
    'Jørgensen',
    'Henriksen',
    'Lund',
    'Halvorsen',
  ],
  ...['Sørensen', 'Jakobsen', 'Moen', 'Gundersen', 'Iversen', 'Strand', 'Solberg', 'Svendsen'],
  ...['Eide', 'Knutsen', 'Martinsen', 'Paulsen', 'Bakken', 'Kristoffersen', 'Mathisen', 'Lie'],
  ...['Amundsen', 'Nguyen', 'Rasmussen', 'Solheim', 'Lunde', 'Moe', 'Nygård', 'Bakke'],
  ...['Fredriksen', 'Holm', 'Ahmed', 'Ali', 'Utsi', 'Somby', 'Bjørnstad', 'Ødegård', 'Åsen', 'Vik'],
] as const
