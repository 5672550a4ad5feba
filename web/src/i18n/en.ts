import { enActions } from './en-actions'
import { enAttachments } from './en-attachments'
import { enBranches } from './en-branches'
import { enCompare } from './en-compare'
import { enModels } from './en-models'
import { enPortability } from './en-portability'
import { enPresets } from './en-presets'
import { enProviders } from './en-providers'
import { enSearch } from './en-search'
import { enSettings } from './en-settings'
import { enShelf } from './en-shelf'
import { enThread } from './en-thread'
import { enUsage } from './en-usage'

/**
 * The English catalogue: every string the page shows, by feature.
 *
 * Plurals end in `_one` and `_other`; `{{name}}` is filled in by the caller.
 */
export const en = {
  ...enPresets,
  ...enProviders,
  ...enSearch,
  ...enShelf,
  ...enThread,
  ...enCompare,
  ...enBranches,
  ...enModels,
  ...enPortability,
  ...enUsage,
  ...enActions,
  ...enAttachments,
  ...enSettings,
  app: {
    partComing: 'Loading…',
    partFailedTitle: 'This part of the page could not be loaded',
    partFailedBody:
      'See whether Cowork is running, then try again. If it was updated meanwhile, reload the page.',
    partFailedRetry: 'Try again',
    name: 'Cowork',
    skipToThread: 'Skip to the conversation',
    untitled: 'New chat',
    showSessions: 'Show sessions',
    hideSessions: 'Hide sessions',
    sessionsRail: 'Sessions',
    closeSessions: 'Close sessions',
    sessionMenu: 'Session actions',
    dismiss: 'Dismiss',
    notifications: 'Notifications',
    missingTitle: 'This session isn’t here',
    missingBody: 'It was deleted, or the address is wrong. Your other sessions are in the list.',
    missingAction: 'Start a new chat',
  },
  crash: {
    title: 'Something on this page broke',
    body: 'Your messages are stored on the server and your draft in this browser. Reloading brings both back.',
    reload: 'Reload the page',
    details: 'Technical details',
  },
  connection: {
    lost: 'The connection to Cowork was lost. Trying again.',
    retrying_one: 'The connection to Cowork was lost. Trying again in {{count}} second.',
    retrying_other: 'The connection to Cowork was lost. Trying again in {{count}} seconds.',
    retryingNow: 'The connection to Cowork was lost. Trying again now…',
    offline: 'Cowork isn’t answering. What you write is kept here until it is back.',
    retryNow: 'Retry now',
  },
  signIn: {
    checking: 'Signing in…',
    title: 'Sign in to Cowork',
    body: 'Cowork runs on this machine and opens only from a link that it prints. Run this in a terminal, then open the link:',
    usedTitle: 'This link was used or is too old',
    usedBody:
      'A sign-in link works once, for 60 seconds. Run this in a terminal to get a new one, then open it:',
    unreachableTitle: 'Cowork isn’t answering',
    unreachableBody:
      'The server may have been stopped. Start it in a terminal, then open the link it prints:',
    or: 'Or paste the link, or the code at its end, here.',
    field: 'Link or code',
    placeholder: 'http://127.0.0.1:7317/#code=…',
    submit: 'Sign in',
    empty: 'Paste the link that Cowork printed, or the code at its end.',
    notACode: 'There is no code in this text. The link ends in “#code=” and the code.',
    copied: 'Copied',
    copyCommand: 'Copy the command',
  },
  sessions: {
    new: 'New chat',
    list: 'Sessions',
    pinned: 'Pinned',
    today: 'Today',
    yesterday: 'Yesterday',
    week: 'Previous 7 days',
    month: 'Previous 30 days',
    older: 'Older',
    showArchived: 'Archived sessions',
    hideArchived: 'Back to the sessions',
    archivedList: 'Archived sessions',
    archivedEmptyTitle: 'Nothing is archived',
    archivedEmptyBody: 'What you archive leaves the list and is kept here.',
    emptyTitle: 'No sessions yet',
    emptyBody: 'Your conversations appear here and stay until you delete them.',
    loading: 'Loading sessions…',
    failed: 'The list could not be loaded.',
    retry: 'Try again',
    running: 'Answering',
    failedState: 'The last answer failed',
    rename: 'Rename',
    renameField: 'Session title',
    pin: 'Pin',
    unpin: 'Unpin',
    archive: 'Archive',
    unarchive: 'Move back to the list',
    delete: 'Delete',
    more: 'Actions for “{{title}}”',
    deleted: 'Deleted “{{title}}”',
    archived: 'Archived “{{title}}”',
    undo: 'Undo',
    renameFailed: 'The title could not be changed',
    pinFailed: 'The session could not be pinned or unpinned',
    archiveFailed: 'The session could not be archived',
    deleteFailed: 'The session could not be deleted',
    restoreFailed: 'The session could not be brought back',
    fork: 'Branch into a new session',
    export: 'Export',
    exportMarkdown: 'Export as Markdown',
    print: 'Print…',
    exportJson: 'Export as JSON, complete',
    exportFailed: 'The session could not be exported',
    exportWhich: '/export takes “markdown” or “json”, or nothing for Markdown.',
    forkFailed: 'The session could not be branched',
  },
  composer: {
    label: 'Message',
    placeholder: 'Ask anything',
    placeholderFollowUp: 'Reply',
    send: 'Send',
    queue: 'Queue',
    sendNow: 'Send now',
    stop: 'Stop',
    stopping: 'Stopping…',
    hintSend: 'send',
    hintQueue: 'queue',
    tooLong: '{{size}} over the limit of 1 MB. Shorten it, or send it in parts.',
    over: 'The message is too long',
    stopFailed: 'The answer could not be stopped',
    nearLimit: '{{size}} left',
    empty: 'Write a message first',
    createFailed: 'The chat could not be started',
    modelFailed: 'The model could not be changed',
  },
  start: {
    question: 'What shall we work on?',
    demoTitle: 'You are talking to the demo model',
    starters: 'Ideas to start with',
    demo: {
      can: 'What can Cowork do?',
      markdown: 'Markdown',
      sum: 'What is (17 + 4) × 2?',
      count: 'Count to 200',
    },
    real: {
      explain: 'Explain a piece of code that I paste next',
      plan: 'Help me plan a small project, step by step',
      write: 'Draft a short, friendly email that declines a meeting',
      compare: 'Compare SQLite and PostgreSQL for a small team, in a table',
    },
  },
} as const
