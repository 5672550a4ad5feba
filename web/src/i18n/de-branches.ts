import type { WordsOf } from './catalogue'
import type { enBranches } from './en-branches'

/** The German catalogue of quoting, earlier texts and the map of branches. */
export const deBranches = {
  quote: { message: 'Zitieren', selection: 'Zitieren' },
  revisions: {
    open: 'bearbeitet',
    openLabel: 'Bearbeitet: frühere Fassungen anzeigen',
    title: 'Frühere Fassungen',
    close: 'Schließen',
    loading: 'Frühere Fassungen werden geladen…',
    failed: 'Die früheren Fassungen konnten nicht geladen werden. {{reason}}',
    again: 'Erneut versuchen',
    none: 'Keine frühere Fassung ist aufbewahrt.',
    label: 'Fassung {{number}}, bis {{time}}',
    now: 'Jetzt',
    restore: 'Diese Fassung wiederherstellen',
    restored: 'Frühere Fassung wiederhergestellt',
    same: 'Wie jetzt',
    legend: 'Durchgestrichen ist, was die Nachricht jetzt sagt; hervorgehoben, was zurückkommt.',
    bound:
      'Die letzten 50 Fassungen einer Nachricht werden aufbewahrt. Wird die Nachricht gelöscht, gehen sie mit.',
  },
  branches: {
    map: 'Karte der Zweige',
    open: 'Alle Zweige anzeigen',
    close: 'Schließen',
    loading: 'Zweige werden geladen…',
    failed: 'Die Zweige konnten nicht geladen werden. {{reason}}',
    again: 'Erneut versuchen',
    empty: 'Noch keine Nachrichten.',
    hint: 'Enter springt zur Nachricht. Links und rechts klappen zu und auf.',
    cut_one: 'Nur die neueste {{count}} Nachricht ist zu sehen.',
    cut_other: 'Nur die neuesten {{count}} Nachrichten sind zu sehen.',
    run_one: '{{count}} Nachricht',
    run_other: '{{count}} Nachrichten',
    deleted: 'Nachricht gelöscht',
    noText: 'Kein Text',
    active: 'angezeigt',
    version: 'Version {{index}} von {{count}}',
    status: {
      pending: 'wartet',
      streaming: 'antwortet',
      error: 'fehlgeschlagen',
      canceled: 'angehalten',
    },
    hidden_one: 'Jetzt verborgen: {{count}} Nachricht des anderen Zweigs',
    hidden_other: 'Jetzt verborgen: {{count}} Nachrichten des anderen Zweigs',
  },
} as const satisfies WordsOf<typeof enBranches>
