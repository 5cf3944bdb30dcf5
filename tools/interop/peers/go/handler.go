// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/rpcinfo"
	"github.com/cloudwego/kitex/pkg/transmeta"
	"github.com/cloudwego/kitex/transport"

	evolvedgen "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/evolved"
	gen "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop"
	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop/interop"
)

type handler struct {
	name  string
	fired atomic.Int64

	mu         sync.Mutex
	downstream map[downstreamKey]interop.Client
}

type downstreamKey struct {
	addr string
	tp   transport.Protocol
}

func newHandler(name string) *handler {
	return &handler{name: name, downstream: map[downstreamKey]interop.Client{}}
}

func (h *handler) Whoami(ctx context.Context) (string, error) { return h.name, nil }

func (h *handler) EchoAll(ctx context.Context, v *gen.AllTypes) (*gen.AllTypes, error) {
	return v, nil
}

func (h *handler) Echo(ctx context.Context, s string) (string, error) { return s, nil }

func (h *handler) EchoBinary(ctx context.Context, b []byte) ([]byte, error) { return b, nil }

func (h *handler) Ping(ctx context.Context) error { return nil }

func (h *handler) Fire(ctx context.Context, s string) error {
	h.fired.Add(1)
	return nil
}

func (h *handler) Fired(ctx context.Context) (int64, error) { return h.fired.Load(), nil }

func (h *handler) Add(ctx context.Context, a, b int64) (int64, error) { return a + b, nil }

func (h *handler) Fail(ctx context.Context, how int32) (string, error) {
	switch how {
	case 1:
		return "", &gen.NotFound{Message: "not found", Id: 404}
	case 2:
		return "", &gen.Denied{Reason: "denied", Missing: []string{"read", "write"}}
	case 3:
		return "", errors.New("boom")
	case 4:
		panic("told to panic")
	case 5:
		return "", kerrors.NewBizStatusErrorWithExtra(404, "nf", map[string]string{"k": "v"})
	}
	return "ok", nil
}

func (h *handler) Slow(ctx context.Context, ms int64) (string, error) {
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		return "slept " + strconv.FormatInt(ms, 10), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (h *handler) Meta(ctx context.Context, downstream string) (map[string]string, error) {
	seen := map[string]string{"server": h.name}
	for k, v := range metainfo.GetAllValues(ctx) {
		seen["transient:"+k] = v
	}
	for k, v := range metainfo.GetAllPersistentValues(ctx) {
		seen["persistent:"+k] = v
	}
	ri := rpcinfo.GetRPCInfo(ctx)
	seen["caller"] = ri.From().ServiceName()
	seen["method"] = ri.To().Method()
	if ms := ri.Config().RPCTimeout().Milliseconds(); ms > 0 {
		seen["timeout"] = strconv.FormatInt(ms, 10)
	}
	metainfo.SendBackwardValue(ctx, "back", h.name)
	if downstream == "" {
		return seen, nil
	}
	cli, err := h.client(downstreamKey{downstream, ri.Config().TransportProtocol()})
	if err != nil {
		return nil, err
	}
	next, err := cli.Meta(ctx, "")
	if err != nil {
		return nil, err
	}
	for k, v := range next {
		seen["next:"+k] = v
	}
	return seen, nil
}

func (h *handler) client(key downstreamKey) (interop.Client, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if cli, ok := h.downstream[key]; ok {
		return cli, nil
	}
	options := append(withTransport(key.tp),
		client.WithHostPorts(key.addr),
		client.WithClientBasicInfo(&rpcinfo.EndpointBasicInfo{ServiceName: h.name}),
		client.WithMetaHandler(transmeta.ClientTTHeaderHandler),
	)
	cli, err := interop.NewClient("interop", options...)
	if err == nil {
		h.downstream[key] = cli
	}
	return cli, err
}

func (h *handler) EvolveOld(ctx context.Context, v *gen.EvolvedV1) (*gen.EvolvedV1, error) {
	v.Name += "/v1"
	v.Count++
	return v, nil
}

type evolvedHandler struct{}

func (*evolvedHandler) EvolveOld(ctx context.Context, v *evolvedgen.EvolvedV2) (*evolvedgen.EvolvedV2, error) {
	v.Name += "/v2"
	v.Count++
	return v, nil
}

type benchHandler struct{}

func (*benchHandler) Echo(ctx context.Context, s string) (string, error) { return s, nil }

func (*benchHandler) EchoBinary(ctx context.Context, b []byte) ([]byte, error) { return b, nil }
