//! What crosses the wire or the disk: ids, commands, events, views and error codes. No I/O, no clock.
//!
//! Start at [`Event`]: it is stored, streamed and described in the OpenAPI document as one type.
//! Always true: JSON in camelCase; times are integer milliseconds since the Unix epoch, UTC; sizes are bytes;
//! an absent field means "not known" or "does not apply", never zero. Requests refuse unknown fields, readers of
//! answers ignore them.
//! Elsewhere: what a command does (`cowork-engine`), where an event is kept (`cowork-store`), how both travel
//! (`cowork-server`).

mod approval;
mod artifact;
mod attachment;
mod command;
mod error;
mod event;
mod export;
mod frame;
mod ids;
mod import;
mod message;
mod parameters;
mod policy;
mod preset;
mod provider;
mod search;
mod session;
mod task;
mod telemetry;
mod view;

pub use approval::{ApprovalMetadata, ApprovalScope, ApprovalStatus, RiskTag};
pub use artifact::{ArtifactMeta, ArtifactStatus, ArtifactType};
pub use attachment::{AttachmentLimits, AttachmentText, GivenAs, GivenAttachment, TextState};
pub use command::{
    CLIENT_REQUEST_ID_MAX, COMPARED_MAX, CONTENT_MAX, CancelCompaction, CancelMessage, ClientRequestId,
    CompactSession, ContinueMessage, CreateSession, EditMessage, ExchangeCode, ForkSession,
    InvalidClientRequestId, ModelChoice, MoveSessions, RefreshModels, RegenerateMessage, RestoreMessage,
    RestoreSession, SendMessage, SendMode, SendNow, TITLE_MAX, TestProvider, UpdateSession,
};
pub use error::{ErrorCode, MessageError, Problem, message_error_code, passed_over_code};
pub use event::{
    ApprovalChanged, ArtifactChanged, Event, EventBody, MessageCreated, MessageDelta, MessageFailed,
    MessageState, ResetReason, SessionState, StreamReset, TaskPlanned, TaskStatusChanged, TaskStepped,
    TaskTool, TextKind, TokenUsage, ToolPhase,
};
pub use export::{EXPORT_VERSION, ExportedAttachment, ExportedRevision, ImportSession, SessionExport};
pub use frame::{CreateFrame, FRAME_CONTENT_MAX, FrameKind, FrameTicket};
pub use ids::{
    ApprovalId, ArtifactId, AttachmentId, GrantId, MessageId, Position, SessionId, TaskId, Timestamp,
};
pub use import::{ImportFormat, ImportOutcome, ImportReport, ImportedConversation, LeftOut, LeftOutKind};
pub use message::{
    Asked, AttachmentKind, Attempt, ChatAttachmentRef, ChatMessage, Compaction, CompactionTrigger,
    Comparison, ContextUse, MessageMetadata, MessageRole, MessageStatus, MessageTelemetry, MessageUsage,
    NextAttempt, Routing,
};
pub use parameters::{ModelParameters, ParameterName, ParametersUsed, ReasoningEffort};
pub use policy::{
    Action, ActionGroup, ActionPattern, ConsideredRule, DescribedItem, ExplainAnswer, ExplainRequest,
    ItemDecision, POLICY_VERSION, PolicyDecision, PolicyDefaults, PolicyDocument, PolicyFault, PolicyRule,
    PolicyWarning, PolicyWarningKind, RuleConditions, Verdict,
};
pub use preset::{
    AddPersona, AddPrompt, ImportPresets, ImportedPreset, PERSONAS_MAX, PRESETS_VERSION, PROMPTS_MAX,
    Persona, PersonaFields, PersonaList, PersonaUsed, PresetKind, PresetsExport, PresetsImported, Prompt,
    PromptFields, PromptList, RestorePreset, UpdatePersona, UpdatePrompt,
};
pub use provider::{
    AddProvider, AutoCompact, KeyItem, KeyItemState, KeySource, KeyText, KeyView, ProviderList,
    ProviderSource, ProviderStatus, ProviderTest, ProviderView, ProviderWire, ServiceList, ServicePreset,
    SetKey, Settings, UpdateProvider, UpdateSettings,
};
pub use search::{FoundInSession, FoundMessage, SEARCH_MAX, SearchItem, SearchKind, SearchResults, Snippet};
pub use session::{AgentMode, Compacting, ForkOrigin, Session, SessionActivity, SessionMode, WriteMode};
pub use task::{
    FileChange, FileChangeKind, Plan, PlanDependency, PlanStep, StepStatus, Task, TaskStatus, TaskSummary,
};
pub use telemetry::{CallList, CallRecord, UsageSum, UsageSummary};
pub use view::{
    BranchPoint, ChatSnapshot, CompactionStarted, ExchangedToken, Health, HealthStatus, Label,
    MessageAccepted, ModelEntry, ModelList, PREVIEW_MAX, Revision, RevisionList, SessionLabels, SessionList,
    SessionTree, SessionsMoved, StartCode, StorageView, TaskView, TreeMessage,
};
