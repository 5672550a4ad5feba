/** The German catalogue of asking several models at once. */
import type { WordsOf } from './catalogue'
import type { enCompare } from './en-compare'

export const deCompare = {
  compare: {
    scope: 'Mehrere zugleich',
    chosen: 'Modelle im Vergleich: {{models}}',
    end: 'Wieder ein Modell fragen',
    count: '{{count}} von {{most}} gewählt',
    hintFew: 'Bitte 2 bis {{most}} Modelle wählen.',
    hintFull: 'Mehr als {{most}} lassen sich nicht vergleichen.',
    done: 'Fertig',
    previous: 'Vorige Antwort',
    next: 'Nächste Antwort',
    at: 'Antwort {{index}} von {{count}}',
    fold: 'Nur eine Antwort zeigen',
    again: 'Wieder vergleichen',
    active: 'Hier geht es weiter',
    choose: 'Mit dieser weitermachen',
    chooseNamed: 'Mit dieser weitermachen: {{model}}',
    stopOne: '{{model}} anhalten',
    stopAll: 'Alle anhalten',
    tokens_one: '{{count}} Token',
    tokens_other: '{{count}} Token',
    ended: '{{model}}: {{end}}',
  },
} as const satisfies WordsOf<typeof enCompare>
