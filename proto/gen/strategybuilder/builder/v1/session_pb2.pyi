import datetime

from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Session(_message.Message):
    __slots__ = ("id", "instance_id", "user_id", "session_type", "session_name", "draft_logic_flow", "draft_parameters", "draft_metadata", "is_active", "revision", "last_activity_at", "expires_at", "created_at", "updated_at")
    class SessionType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SESSION_TYPE_UNSPECIFIED: _ClassVar[Session.SessionType]
        DRAFT: _ClassVar[Session.SessionType]
        AUTOSAVE: _ClassVar[Session.SessionType]
        COLLABORATIVE: _ClassVar[Session.SessionType]
    SESSION_TYPE_UNSPECIFIED: Session.SessionType
    DRAFT: Session.SessionType
    AUTOSAVE: Session.SessionType
    COLLABORATIVE: Session.SessionType
    ID_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_TYPE_FIELD_NUMBER: _ClassVar[int]
    SESSION_NAME_FIELD_NUMBER: _ClassVar[int]
    DRAFT_LOGIC_FLOW_FIELD_NUMBER: _ClassVar[int]
    DRAFT_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    DRAFT_METADATA_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    LAST_ACTIVITY_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    instance_id: str
    user_id: str
    session_type: Session.SessionType
    session_name: str
    draft_logic_flow: _struct_pb2.Struct
    draft_parameters: _struct_pb2.Struct
    draft_metadata: _struct_pb2.Struct
    is_active: bool
    revision: int
    last_activity_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., instance_id: _Optional[str] = ..., user_id: _Optional[str] = ..., session_type: _Optional[_Union[Session.SessionType, str]] = ..., session_name: _Optional[str] = ..., draft_logic_flow: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., draft_parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., draft_metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., is_active: _Optional[bool] = ..., revision: _Optional[int] = ..., last_activity_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UpsertSessionRequest(_message.Message):
    __slots__ = ("session_id", "instance_id", "session_type", "session_name", "draft_logic_flow", "draft_parameters", "draft_metadata", "base_revision")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    SESSION_TYPE_FIELD_NUMBER: _ClassVar[int]
    SESSION_NAME_FIELD_NUMBER: _ClassVar[int]
    DRAFT_LOGIC_FLOW_FIELD_NUMBER: _ClassVar[int]
    DRAFT_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    DRAFT_METADATA_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    instance_id: str
    session_type: Session.SessionType
    session_name: str
    draft_logic_flow: _struct_pb2.Struct
    draft_parameters: _struct_pb2.Struct
    draft_metadata: _struct_pb2.Struct
    base_revision: int
    def __init__(self, session_id: _Optional[str] = ..., instance_id: _Optional[str] = ..., session_type: _Optional[_Union[Session.SessionType, str]] = ..., session_name: _Optional[str] = ..., draft_logic_flow: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., draft_parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., draft_metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., base_revision: _Optional[int] = ...) -> None: ...

class UpsertSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class GetSessionRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class GetSessionResponse(_message.Message):
    __slots__ = ("session",)
    SESSION_FIELD_NUMBER: _ClassVar[int]
    session: Session
    def __init__(self, session: _Optional[_Union[Session, _Mapping]] = ...) -> None: ...

class ListSessionsRequest(_message.Message):
    __slots__ = ("instance_id", "skip", "limit")
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    SKIP_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    instance_id: str
    skip: int
    limit: int
    def __init__(self, instance_id: _Optional[str] = ..., skip: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListSessionsResponse(_message.Message):
    __slots__ = ("items", "total", "page", "page_size")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[Session]
    total: int
    page: int
    page_size: int
    def __init__(self, items: _Optional[_Iterable[_Union[Session, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., page_size: _Optional[int] = ...) -> None: ...

class DeleteSessionRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class DeleteSessionResponse(_message.Message):
    __slots__ = ("message",)
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    message: str
    def __init__(self, message: _Optional[str] = ...) -> None: ...
