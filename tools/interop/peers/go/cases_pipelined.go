// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/cloudwego/gopkg/protocol/thrift"
	"github.com/cloudwego/gopkg/protocol/ttheader"
	"github.com/cloudwego/kitex/transport"
)

// rawCall is a request of the raw client, which sends many in one write, as no
// pooled client does.
type rawCall struct {
	name string
	// text is echo's argument, ms that of slow.
	text string
	ms   int64
	want string
}

// checkPipelined sends 256 echoes on one connection before it reads.
func checkPipelined(r *run) error {
	calls := make([]rawCall, 256)
	for i := range calls {
		text := fmt.Sprintf("text %d", i)
		calls[i] = rawCall{name: "echo", text: text, want: text}
	}
	return pipelined(r, calls)
}

// checkPipelinedAsync has quick calls behind slow ones: their answers wait.
func checkPipelinedAsync(r *run) error {
	calls := make([]rawCall, 24)
	for i := range calls {
		if i%4 == 0 {
			ms := int64(12 - i%12)
			calls[i] = rawCall{name: "slow", ms: ms, want: fmt.Sprintf("slept %d", ms)}
		} else {
			text := fmt.Sprintf("behind %d", i)
			calls[i] = rawCall{name: "echo", text: text, want: text}
		}
	}
	return pipelined(r, calls)
}

func pipelined(r *run, calls []rawCall) error {
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(callLimit))
	var out bytes.Buffer
	for i, c := range calls {
		frame, err := c.frame(r.tp, int32(i+1))
		if err != nil {
			return err
		}
		out.Write(frame)
	}
	if _, err := conn.Write(out.Bytes()); err != nil {
		return err
	}
	in := bufio.NewReader(conn)
	for i, c := range calls {
		seq, text, err := readReply(in, r.tp)
		if err != nil {
			return fmt.Errorf("answer %d: %w", i, err)
		}
		if err := want(fmt.Sprintf("sequence id of answer %d", i), seq, int32(i+1)); err != nil {
			return err
		}
		if err := want(fmt.Sprintf("answer %d", i), text, c.want); err != nil {
			return err
		}
	}
	return nil
}

// frame is the request as it goes over the wire.
func (c *rawCall) frame(tp transport.Protocol, seq int32) ([]byte, error) {
	b := thrift.Binary.AppendMessageBegin(nil, c.name, thrift.CALL, seq)
	if c.name == "slow" {
		b = thrift.Binary.AppendFieldBegin(b, thrift.I64, 1)
		b = thrift.Binary.AppendI64(b, c.ms)
	} else {
		b = thrift.Binary.AppendFieldBegin(b, thrift.STRING, 1)
		b = thrift.Binary.AppendString(b, c.text)
	}
	b = thrift.Binary.AppendFieldStop(b)
	if tp&transport.Framed == transport.Framed {
		b = append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
	}
	if !hasTTHeader(tp) {
		return b, nil
	}
	head, err := ttheader.EncodeToBytes(context.Background(), ttheader.EncodeParam{SeqID: seq, StrInfo: map[string]string{"isn": "Interop"}})
	if err != nil {
		return nil, err
	}
	head = append(head, b...)
	binary.BigEndian.PutUint32(head, uint32(len(head)-4))
	return head, nil
}

// readReply reads the sequence id and the string of one REPLY.
func readReply(in *bufio.Reader, tp transport.Protocol) (int32, string, error) {
	if hasTTHeader(tp) {
		head, err := readN(in, 14)
		if err != nil {
			return 0, "", err
		}
		if _, err := readN(in, int(binary.BigEndian.Uint16(head[12:]))*4); err != nil {
			return 0, "", err
		}
	}
	if tp&transport.Framed == transport.Framed {
		if _, err := readN(in, 4); err != nil {
			return 0, "", err
		}
	}
	head, err := readN(in, 8)
	if err != nil {
		return 0, "", err
	}
	if binary.BigEndian.Uint32(head) != 0x80010002 {
		return 0, "", fmt.Errorf("got message %x, want a REPLY", head[:4])
	}
	rest, err := readN(in, int(binary.BigEndian.Uint32(head[4:]))+4+3+4)
	if err != nil {
		return 0, "", err
	}
	at := len(rest) - 11
	text, err := readN(in, int(binary.BigEndian.Uint32(rest[at+7:]))+1)
	if err != nil {
		return 0, "", err
	}
	return int32(binary.BigEndian.Uint32(rest[at:])), string(text[:len(text)-1]), nil
}

func readN(in *bufio.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(in, b)
	return b, err
}
