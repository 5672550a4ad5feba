// The door of the state layer: what features and the app may use. Everything else in this folder is private.
//
// Hooks read and subscribe; commands are plain functions that return promises and reject with `ApiError`.
export { ApiError, type ApiErrorCode } from '../api/error'
export type {
  AddProvider,
  AttachmentLimits,
  AttachmentText,
  CallRecord,
  ChatAttachmentRef,
  ChatMessage,
  GivenAttachment,
  ImportedConversation,
  ImportReport,
  MessageError,
  ModelEntry,
  ModelList,
  ModelParameters,
  ParametersUsed,
  Persona,
  PresetsImported,
  Prompt,
  ProviderTest,
  ProviderView,
  Revision,
  SearchItem,
  ServicePreset,
  Session,
  SessionTree,
  Settings,
  TreeMessage,
  UpdateProvider,
  UpdateSession,
  UpdateSettings,
  UsageSum,
} from '../api/types'
export {
  downloadAttachment,
  useAttachmentText,
  useAttachmentUrl,
  useDraftFileUrl,
} from './attachment-content'
export { type Auth, startState, useAuth } from './auth'
export { shownFrom, useRevisions, useTree } from './branches'
export {
  archiveSession,
  cancelCompaction,
  cancelMessage,
  compactSession,
  continueMessage,
  deleteMessage,
  deleteSession,
  duplicateSession,
  editMessage,
  fileSession,
  forkSession,
  moveFolder,
  moveSessions,
  pinSession,
  regenerate,
  removeCompaction,
  renameSession,
  restoreMessage,
  restoreSession,
  selectBranch,
  sendNow,
  startSession,
  tagSession,
  updateSession,
} from './commands'
export { setSideBySide, useCompared, useSideBySide } from './comparisons'
export { type Connection, reconnectNow, useConnection } from './connection'
export {
  attachFiles,
  type DraftFile,
  pastedText,
  type Refusal,
  removeFile,
  retryFile,
  takeFiles,
  useDraftFiles,
} from './draft-files'
export { addToDraft, handOver, useDraft } from './drafts'
export { type EndedAnswer, onAnswerEnded } from './ended'
export { type ExportFormat, exportAll, exportSession, importFile } from './export'
export { type Found, useFind } from './find'
export type { LiveText } from './fold'
export {
  type FolderPages,
  type Folders,
  loadMoreOf,
  renameOpenFolder,
  setFolderOpen,
  useFolders,
} from './folders'
export { openFrame } from './frames'
export { insertBlock, useInsertions } from './insertions'
export { type StorageState, useStorage, useVersion } from './installation'
export { approach, leaveTarget, showMessage, type Target, useTarget } from './jump'
export { useLabels } from './labels'
export { noteModelUse, setFavourite, useRecentModels } from './model-use'
export { type Models, useModels } from './models'
export { type NamedSession, useSessionsNamed } from './named-sessions'
export { NO_SETUP, type SessionSetup, setNewChatSetup, useNewChatSetup } from './new-chat'
export { setNextModel, takeNextModel, useNextModel } from './next-model'
export { COMPARED_MAX, type ComparedModel, setNextModels, takeNextModels, useNextModels } from './next-models'
export { discardSend, type OutgoingMessage, retrySend, type SendOptions, sendMessage } from './outbox'
export { changePreferences, type Preferences, preferences, usePreferences } from './preferences'
export {
  addPersona,
  addPrompt,
  deletePersona,
  deletePrompt,
  exportPresets,
  importPresets,
  type Presets,
  restorePersona,
  restorePrompt,
  updatePersona,
  updatePrompt,
  usePresets,
} from './presets'
export {
  addProvider,
  addTested,
  keepProvider,
  lookAgain,
  type Providers,
  removeOneProviderKey,
  removeProvider,
  removeProviderKey,
  setProviderKey,
  testProvider,
  updateProvider,
  useProviders,
} from './providers'
export { type SearchFilter, type SearchView, useSearch } from './search'
export { groupSessions, purgedAt, type SessionGroup, tagsOf } from './session-list'
export {
  ensureTitles,
  type SessionsView,
  useArchivedSessions,
  useDeletedSessions,
  useListedSessions,
  useSessionMeta,
  useSessions,
  useTaggedSessions,
} from './sessions'
export { changeSettings, type SettingsState, useSettings } from './settings'
export { type Calls, type Usage, type UsageBy, useMessageCalls, useUsage } from './telemetry'
export {
  answersFromEnd,
  type BranchInfo,
  loadWhole,
  type MessageView,
  promptsOf,
  type ThreadView,
  textOf,
  useLiveText,
  useMessage,
  useRunning,
  useThread,
} from './thread-hooks'

export { useIsUnread, useShown } from './unread'

export type SessionId = string
export type MessageId = string
