/** The German catalogue of the settings page, and of what the browser tells while the page is out of sight. */
import type { WordsOf } from './catalogue'
import type { enSettings } from './en-settings'

export const deSettings = {
  settings: {
    title: 'Einstellungen',
    sections: {
      general: 'Allgemein',
      appearance: 'Darstellung',
      providers: 'Anbieter',
      library: 'Personas und Prompts',
      usage: 'Nutzung',
      shortcuts: 'Tastenkürzel',
      data: 'Daten',
      about: 'Über Cowork',
    },
    language: 'Sprache',
    languageSystem: 'Browser',
    languageFailed: 'Die Sprache konnte nicht geladen werden',
    languageFailedBody: 'Cowork antwortet nicht. Bitte gleich noch einmal versuchen.',
    sendKey: 'Senden mit',
    sendKeyHint: 'Die andere Kombination beginnt eine neue Zeile, ebenso wie immer Umschalt+Enter.',
    sendKeyHintMod:
      'Enter beginnt eine neue Zeile. Solange eine Antwort läuft, wird die Nachricht eingereiht.',
    conversations: 'Unterhaltungen',
    notifications: 'Mitteilungen',
    notify: 'Mitteilen, wenn eine Antwort fertig ist',
    notifyHint: 'Nur solange Cowork nicht zu sehen und in einem Tab geöffnet ist.',
    notifyText: 'Anfang der Antwort zeigen',
    notifyTextHint: 'Ausgeschaltet zeigt eine Mitteilung nur den Titel des Chats.',
    notifyDenied:
      'Der Browser erlaubt es nicht. Mitteilungen für diese Seite lassen sich in den Browsereinstellungen zulassen.',
    notifyMissing: 'Dieser Browser kennt keine Mitteilungen.',
    theme: 'Farbschema',
    system: 'System',
    light: 'Hell',
    dark: 'Dunkel',
    density: 'Abstände',
    comfortable: 'Normal',
    compact: 'Kompakt',
    textSize: 'Textgröße',
    small: 'Klein',
    normal: 'Normal',
    large: 'Groß',
    motion: 'Bewegung folgt dem System: Ist dort weniger gewünscht, bleibt die Seite ruhig.',
    shortcutsLead: 'Zum Ändern auf die Tasten klicken. Die Wahl gilt in diesem Browser.',
    dataLead:
      'Alles liegt auf dem Computer, auf dem Cowork läuft, und ist nur mit dem eigenen Benutzerkonto lesbar.',
    dataFailed: 'Die Größen konnten nicht geladen werden.',
    folder: 'Ordner',
    copyFolder: 'Pfad kopieren',
    copied: 'Kopiert',
    copyFailed: 'Der Pfad konnte nicht kopiert werden',
    database: 'Datenbank',
    blobs: 'Große Dateien',
    sessions: 'Chats',
    export: 'Daten mitnehmen',
    exportBody:
      '„Exportieren“ im Menü eines Chats speichert ihn als Markdown oder vollständig als JSON. Um alles zu sichern, Cowork beenden und den Ordner kopieren.',
    aboutLead: 'Ein KI-Kollege, der auf dem eigenen Computer läuft.',
    version: 'Version',
    licence: 'Lizenz',
    licenceValue: 'MIT oder Apache-2.0, nach Wahl',
    sent: 'Was wohin gesendet wird',
    sentModels:
      'Eine Nachricht geht mit der bisherigen Unterhaltung an den Anbieter, dessen Modell antwortet, und nur bei dessen Ausfall an ein Ersatzmodell.',
    sentExtra:
      'Titel und Zusammenfassungen sind zusätzliche Aufrufe an das Modell der Unterhaltung. Beides lässt sich ausschalten.',
    sentLocal: 'Modelle auf diesem Computer erhalten, was an sie gesendet wird; nichts verlässt ihn.',
    sentNothing:
      'Eingerichtete Anbieter werden außerdem nach ihren Modellen gefragt. Sonst wird nichts gesendet: keine Statistik, keine Absturzberichte.',
    signedIn: 'Dieser Browser',
    signOut: 'Von diesem Browser abmelden',
    signOutBody:
      'Die Unterhaltungen bleiben. Zum erneuten Anmelden ist ein neuer Link aus dem Terminal nötig.',
    retry: 'Erneut versuchen',
    loading: 'Wird geladen…',
  },
  notices: {
    finished: 'Antwort fertig',
    failed: 'Antwort fehlgeschlagen',
    failedIn: '{{title}} (fehlgeschlagen)',
    untitled: 'Neuer Chat',
  },
} as const satisfies WordsOf<typeof enSettings>
