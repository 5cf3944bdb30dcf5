// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

/** Kinds of info block in a TTHeader. Source: cloudwego/gopkg protocol/ttheader/utils.go. */
export const InfoID = {
  Padding: 0x00,
  KeyValue: 0x01,
  IntKeyValue: 0x10,
  ACLToken: 0x11,
} as const;

/** Bits of TTHeader's FLAGS word. Source: cloudwego/gopkg protocol/ttheader/utils.go. */
export const HeaderFlags = {
  SupportOutOfOrder: 0x0001,
  Streaming: 0x0002,
  DuplexReverse: 0x0008,
  SASL: 0x0010,
} as const;

/** Integer keys of a TTHeader. Source: cloudwego/gopkg protocol/ttheader/metakey.go. */
export const IntKey = {
  MeshVersion: 0,
  TransportType: 1,
  LogID: 2,
  FromService: 3,
  FromCluster: 4,
  FromIDC: 5,
  ToService: 6,
  ToCluster: 7,
  ToIDC: 8,
  ToMethod: 9,
  Env: 10,
  DestAddress: 11,
  RPCTimeout: 12,
  ReadTimeout: 13,
  RingHashKey: 14,
  DDPTag: 15,
  WithMeshHeader: 16,
  ConnectTimeout: 17,
  SpanContext: 18,
  ShortConnection: 19,
  FromMethod: 20,
  StressTag: 21,
  MsgType: 22,
  HTTPContentType: 23,
  RawRingHashKey: 24,
  LBType: 25,
  ClusterShardID: 26,
  FrameType: 27,
} as const;

/** String keys of a TTHeader. Source: cloudwego/gopkg protocol/ttheader/metakey.go, cloudwego/kitex pkg/remote/transmeta. */
export const StrKey = {
  IDLServiceName: 'isn',
  RemoteIP: 'rip',
  ToCluster: 'tc',
  ToIDC: 'ti',
  ConnReset: 'crrst',
  CRC32C: 'crc32c',
  BizStatus: 'biz-status',
  BizMessage: 'biz-message',
  BizExtra: 'biz-extra',
  GDPRToken: 'RPC_TRANSIT_gdpr-token',
} as const;

/** What a custom payload checksum's key starts with. Source: cloudwego/kitex pkg/remote/codec/validate.go. */
export const VALIDATOR_KEY_PREFIX = 'PV_';

/** The longest value of a custom payload checksum. Unit bytes. Source: cloudwego/kitex pkg/remote/codec/validate.go maxPayloadChecksumLength. */
export const MAX_CHECKSUM_BYTES = 4096;

/** Method name of a message that is about the connection, not about a call. Source: cloudwego/kitex pkg/remote/trans/netpollmux/control_frame.go. */
export const CONTROL_METHOD = 'none';

/** Code of an EXCEPTION for a message of the wrong type. Source: cloudwego/kitex pkg/remote/trans_errors.go InvalidMessageTypeException. */
export const INVALID_MESSAGE_TYPE = 2;

/** Thrift message types as they travel. */
export const MessageType = { Call: 1, Reply: 2, Exception: 3, Oneway: 4 } as const;
