// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cloudwego/kitex/pkg/remote"
)

// callLimit ends a call that a broken peer never answers.
const callLimit = 20 * time.Second

type testCase struct {
	name  string
	check func(*run) error
	// ttheader marks a case about something only TTHeader carries.
	ttheader bool
	// needsNext marks a case with a second server, needsBack one with a second
	// server in the other language.
	needsNext, needsBack bool
	// onlyByName keeps a case that needs a specially started server out of all.
	onlyByName bool
}

var cases = []testCase{
	{name: "all-types", check: checkAllTypes},
	{name: "all-types-empty", check: checkAllTypesEmpty},
	{name: "echo", check: checkEcho},
	{name: "binary-16mib", check: checkBinary},
	{name: "void", check: checkVoid},
	{name: "inherited", check: checkInherited},
	{name: "oneway", check: checkOneway},
	{name: "multi-arg", check: checkMultiArg},
	{name: "exceptions", check: checkExceptions},
	{name: "plain-error", check: checkPlainError},
	{name: "panic", check: checkPanic},
	{name: "biz-error", check: checkBizError},
	{name: "timeout", check: checkTimeout},
	{name: "timeout-sent", check: checkTimeoutSent, ttheader: true},
	{name: "metainfo", check: checkMetainfo, ttheader: true},
	{name: "two-hops", check: checkTwoHops, ttheader: true, needsNext: true},
	{name: "two-hops-back", check: checkTwoHopsBack, ttheader: true, needsBack: true},
	{name: "concurrent-1000", check: checkConcurrent},
	{name: "pipelined-256", check: checkPipelined},
	{name: "pipelined-async", check: checkPipelinedAsync},
	{name: "throws-behind-oneway", check: checkThrowsBehindOneway},
	{name: "evolve", check: checkEvolve},
	{name: "evolve-newer-server", check: checkEvolveNewerServer, onlyByName: true},
	{name: "unknown-method", check: checkUnknownMethod},
	{name: "unknown-service", check: checkUnknownService},
	{name: "crc32c", check: checkCRC, ttheader: true},
	{name: "crc32c-strict", check: checkCRCStrict, ttheader: true, onlyByName: true},
	{name: "mux-1000", check: checkMux, ttheader: true, onlyByName: true},
}

// unfit says why the case cannot be run, or is empty.
func (c *testCase) unfit(r *run) string {
	if c.ttheader && !hasTTHeader(r.tp) {
		return "only TTHeader carries what " + c.name + " checks"
	}
	if c.needsNext && r.next == "" {
		return c.name + " needs -next HOST:PORT"
	}
	if c.needsBack && r.back == "" {
		return c.name + " needs -back HOST:PORT"
	}
	return ""
}

func limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), callLimit)
}

func want[T comparable](what string, got, wanted T) error {
	if got != wanted {
		return fmt.Errorf("%s: got %v, want %v", what, got, wanted)
	}
	return nil
}

// wantTransError checks the type id of the exception that the peer sent.
func wantTransError(err error, typeID int32) (*remote.TransError, error) {
	if err == nil {
		return nil, errors.New("the call succeeded, want a TransError")
	}
	var te *remote.TransError
	if !errors.As(err, &te) {
		return nil, fmt.Errorf("got %T (%v), want a TransError", err, err)
	}
	if te.TypeID() != typeID {
		return nil, fmt.Errorf("got TransError %d (%v), want %d", te.TypeID(), te, typeID)
	}
	return te, nil
}
