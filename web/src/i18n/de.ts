import type { WordsOf } from './catalogue'
import { deActions } from './de-actions'
import { deAttachments } from './de-attachments'
import { deBranches } from './de-branches'
import { deCompare } from './de-compare'
import { deModels } from './de-models'
import { dePortability } from './de-portability'
import { dePresets } from './de-presets'
import { deProviders } from './de-providers'
import { deSearch } from './de-search'
import { deSettings } from './de-settings'
import { deShelf } from './de-shelf'
import { deThread } from './de-thread'
import { deUsage } from './de-usage'
import type { en } from './en'

/**
 * The German catalogue, with the keys of the English one. It avoids addressing the reader by „du“ or „Sie“.
 *
 * Fetched only by who reads German.
 */
export const de = {
  ...deProviders,
  ...deSearch,
  ...deThread,
  ...deCompare,
  ...deBranches,
  ...deModels,
  ...deUsage,
  ...deActions,
  ...deAttachments,
  ...deSettings,
  ...dePresets,
  ...deShelf,
  ...dePortability,
  app: {
    partComing: 'Wird geladen …',
    partFailedTitle: 'Dieser Teil der Seite konnte nicht geladen werden',
    partFailedBody:
      'Nachsehen, ob Cowork läuft, und noch einmal versuchen. Wurde es inzwischen aktualisiert: die Seite neu laden.',
    partFailedRetry: 'Noch einmal versuchen',
    name: 'Cowork',
    skipToThread: 'Zur Unterhaltung springen',
    untitled: 'Neuer Chat',
    showSessions: 'Chats einblenden',
    hideSessions: 'Chats ausblenden',
    sessionsRail: 'Chats',
    closeSessions: 'Chats schließen',
    sessionMenu: 'Aktionen für diesen Chat',
    dismiss: 'Schließen',
    notifications: 'Mitteilungen',
    missingTitle: 'Diesen Chat gibt es hier nicht',
    missingBody: 'Er wurde gelöscht, oder die Adresse stimmt nicht. Alle anderen Chats stehen in der Liste.',
    missingAction: 'Neuen Chat beginnen',
  },
  crash: {
    title: 'Auf dieser Seite ist etwas schiefgegangen',
    body: 'Die Nachrichten sind auf dem Server gespeichert, der Entwurf in diesem Browser. Nach dem Neuladen ist beides wieder da.',
    reload: 'Seite neu laden',
    details: 'Technische Details',
  },
  connection: {
    lost: 'Die Verbindung zu Cowork ist abgebrochen. Neuer Versuch folgt.',
    retrying_one: 'Die Verbindung zu Cowork ist abgebrochen. Neuer Versuch in {{count}} Sekunde.',
    retrying_other: 'Die Verbindung zu Cowork ist abgebrochen. Neuer Versuch in {{count}} Sekunden.',
    retryingNow: 'Die Verbindung zu Cowork ist abgebrochen. Neuer Versuch läuft…',
    offline: 'Cowork antwortet nicht. Geschriebenes bleibt hier erhalten, bis es wieder da ist.',
    retryNow: 'Jetzt versuchen',
  },
  signIn: {
    checking: 'Anmeldung läuft…',
    title: 'Bei Cowork anmelden',
    body: 'Cowork läuft auf diesem Computer und öffnet sich nur über einen Link, den es selbst ausgibt. Diesen Befehl im Terminal ausführen und dann den Link öffnen:',
    usedTitle: 'Dieser Link wurde benutzt oder ist zu alt',
    usedBody:
      'Ein Anmeldelink gilt einmal und für 60 Sekunden. Dieser Befehl im Terminal gibt einen neuen aus:',
    unreachableTitle: 'Cowork antwortet nicht',
    unreachableBody:
      'Vielleicht wurde der Server beendet. Ihn im Terminal starten und dann den ausgegebenen Link öffnen:',
    or: 'Oder den Link oder den Code an seinem Ende hier einfügen.',
    field: 'Link oder Code',
    placeholder: 'http://127.0.0.1:7317/#code=…',
    submit: 'Anmelden',
    empty: 'Bitte den Link, den Cowork ausgegeben hat, oder den Code an seinem Ende einfügen.',
    notACode: 'In diesem Text ist kein Code. Der Link endet auf „#code=“ und den Code.',
    copied: 'Kopiert',
    copyCommand: 'Befehl kopieren',
  },
  sessions: {
    new: 'Neuer Chat',
    list: 'Chats',
    pinned: 'Angeheftet',
    today: 'Heute',
    yesterday: 'Gestern',
    week: 'Letzte 7 Tage',
    month: 'Letzte 30 Tage',
    older: 'Älter',
    showArchived: 'Archivierte Chats',
    hideArchived: 'Zurück zu den Chats',
    archivedList: 'Archivierte Chats',
    archivedEmptyTitle: 'Nichts archiviert',
    archivedEmptyBody: 'Archivierte Chats verlassen die Liste und bleiben hier erhalten.',
    emptyTitle: 'Noch keine Chats',
    emptyBody: 'Unterhaltungen erscheinen hier und bleiben, bis sie gelöscht werden.',
    loading: 'Chats werden geladen…',
    failed: 'Die Liste konnte nicht geladen werden.',
    retry: 'Erneut versuchen',
    running: 'Antwortet gerade',
    failedState: 'Die letzte Antwort ist fehlgeschlagen',
    rename: 'Umbenennen',
    renameField: 'Titel des Chats',
    pin: 'Anheften',
    unpin: 'Lösen',
    archive: 'Archivieren',
    unarchive: 'Zurück in die Liste',
    delete: 'Löschen',
    more: 'Aktionen für „{{title}}“',
    deleted: '„{{title}}“ gelöscht',
    archived: '„{{title}}“ archiviert',
    undo: 'Rückgängig',
    renameFailed: 'Der Titel konnte nicht geändert werden',
    pinFailed: 'Der Chat konnte nicht angeheftet oder gelöst werden',
    archiveFailed: 'Der Chat konnte nicht archiviert werden',
    deleteFailed: 'Der Chat konnte nicht gelöscht werden',
    restoreFailed: 'Der Chat konnte nicht wiederhergestellt werden',
    fork: 'In neuen Chat abzweigen',
    export: 'Exportieren',
    exportMarkdown: 'Als Markdown exportieren',
    print: 'Drucken…',
    exportJson: 'Als JSON exportieren, vollständig',
    exportFailed: 'Der Chat konnte nicht exportiert werden',
    exportWhich: '/export nimmt „markdown“ oder „json“ an, ohne Angabe Markdown.',
    forkFailed: 'Der Chat konnte nicht abgezweigt werden',
  },
  composer: {
    label: 'Nachricht',
    placeholder: 'Etwas fragen',
    placeholderFollowUp: 'Antworten',
    send: 'Senden',
    queue: 'Einreihen',
    sendNow: 'Sofort senden',
    stop: 'Anhalten',
    stopping: 'Wird angehalten…',
    hintSend: 'senden',
    hintQueue: 'einreihen',
    tooLong: '{{size}} über der Grenze von 1 MB. Bitte kürzen oder in Teilen senden.',
    over: 'Die Nachricht ist zu lang',
    stopFailed: 'Die Antwort konnte nicht angehalten werden',
    nearLimit: 'noch {{size}}',
    empty: 'Erst eine Nachricht schreiben',
    createFailed: 'Der Chat konnte nicht begonnen werden',
    modelFailed: 'Das Modell konnte nicht gewechselt werden',
  },
  start: {
    question: 'Woran soll es gehen?',
    demoTitle: 'Hier antwortet das Demomodell',
    starters: 'Ideen für den Anfang',
    demo: {
      can: 'What can Cowork do?',
      markdown: 'Markdown',
      sum: 'What is (17 + 4) × 2?',
      count: 'Count to 200',
    },
    real: {
      explain: 'Erkläre ein Stück Code, das ich gleich einfüge',
      plan: 'Hilf mir, ein kleines Projekt Schritt für Schritt zu planen',
      write: 'Entwirf eine kurze, freundliche E-Mail, die einen Termin absagt',
      compare: 'Vergleiche SQLite und PostgreSQL für ein kleines Team in einer Tabelle',
    },
  },
} as const satisfies WordsOf<typeof en>
