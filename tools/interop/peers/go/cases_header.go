// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/bytedance/gopkg/cloud/metainfo"
	"github.com/cloudwego/gopkg/protocol/ttheader"
	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/client/callopt"
	"github.com/cloudwego/kitex/pkg/remote/codec"

	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop/interop"
)

func withMeta(ctx context.Context) context.Context {
	ctx = metainfo.WithValue(ctx, "t", "transient value")
	ctx = metainfo.WithPersistentValue(ctx, "p", "persistent value é")
	return metainfo.WithBackwardValues(ctx)
}

// wantEntries checks some keys of what meta returned; "" stands for no entry.
func wantEntries(got, wanted map[string]string) error {
	for k, v := range wanted {
		if got[k] != v {
			return fmt.Errorf("%s: got %q, want %q (all: %v)", k, got[k], v, got)
		}
	}
	return nil
}

func checkMetainfo(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	ctx = withMeta(ctx)
	got, err := r.cli.Meta(ctx, "")
	if err != nil {
		return err
	}
	if err := wantEntries(got, map[string]string{
		"transient:t": "transient value", "persistent:p": "persistent value é",
		"caller": clientName, "method": "meta",
	}); err != nil {
		return err
	}
	back, ok := metainfo.RecvBackwardValue(ctx, "back")
	if !ok {
		return errors.New("no backward value back")
	}
	return want("backward value back", back, got["server"])
}

// checkTwoHops: persistent values reach the second server, transient ones and
// the second server's backward value only go one hop.
func checkTwoHops(r *run) error { return twoHops(r, r.next) }

// checkTwoHopsBack: the chain ends in the language that it began in.
func checkTwoHopsBack(r *run) error { return twoHops(r, r.back) }

func twoHops(r *run, next string) error {
	ctx, cancel := limited()
	defer cancel()
	ctx = withMeta(ctx)
	got, err := r.cli.Meta(ctx, next)
	if err != nil {
		return err
	}
	if err := wantEntries(got, map[string]string{
		"transient:t": "transient value", "persistent:p": "persistent value é",
		"next:transient:t": "", "next:persistent:p": "persistent value é",
		"caller": clientName, "next:caller": got["server"], "next:method": "meta",
	}); err != nil {
		return err
	}
	if got["next:server"] == got["server"] {
		return fmt.Errorf("both hops ended at %s", got["server"])
	}
	back, _ := metainfo.RecvBackwardValue(ctx, "back")
	return want("backward value back", back, got["server"])
}

func checkTimeoutSent(r *run) error {
	got, err := r.cli.Meta(context.Background(), "", callopt.WithRPCTimeout(5*time.Second))
	if err != nil {
		return err
	}
	return want("timeout seen by the server", got["timeout"], "5000")
}

func crcClient(r *run) (interop.Client, error) {
	return interop.NewClient("interop", r.options(
		client.WithCodec(codec.NewDefaultCodecWithConfig(codec.CodecConfig{CRC32Check: true})))...)
}

// checkCRC sends a checksum, and checks the reply's if it has one.
func checkCRC(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	cli, err := crcClient(r)
	if err != nil {
		return err
	}
	got, err := cli.EchoAll(ctx, sampleFull())
	if err != nil {
		return err
	}
	return compare(got, sampleFull())
}

// checkCRCStrict needs a server with the check switched on: its reply has a sum
// and a wrong sum is answered by closing the connection.
func checkCRCStrict(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	ctx = metainfo.WithBackwardValues(ctx)
	cli, err := crcClient(r)
	if err != nil {
		return err
	}
	if _, err := cli.Echo(ctx, "sum"); err != nil {
		return err
	}
	if sum, _ := metainfo.RecvBackwardValue(ctx, "crc32c"); len(sum) != 8 {
		return fmt.Errorf("sum of the reply: got %q, want 8 hex digits", sum)
	}
	return sendWrongSum(ctx, r)
}

func sendWrongSum(ctx context.Context, r *run) error {
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	frame, err := ttheader.EncodeToBytes(ctx, ttheader.EncodeParam{
		SeqID:   1,
		StrInfo: map[string]string{"crc32c": "00000000", "isn": "Interop"},
	})
	if err != nil {
		return err
	}
	frame = append(frame, "\x80\x01\x00\x01\x00\x00\x00\x04ping\x00\x00\x00\x01\x00"...)
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-4))
	if _, err := conn.Write(frame); err != nil {
		return err
	}
	_ = conn.SetReadDeadline(time.Now().Add(callLimit))
	if n, err := conn.Read(make([]byte, 64)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("wrong sum: got %d bytes and %v, want the connection closed", n, err)
	}
	return nil
}
