// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/cloudwego/kitex/pkg/kerrors"
	"github.com/cloudwego/kitex/pkg/remote"

	gen "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/interop"
	"github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/newer/elsewhere"
	newer "github.com/cloudwego/typescript/tools/interop/peers/go/kitex_gen/newer/interop"
)

func wantTimeout(err error) error {
	if err == nil {
		return errors.New("the call succeeded, want a timeout")
	}
	if !kerrors.IsTimeoutError(err) {
		return fmt.Errorf("got %T (%v), want a timeout", err, err)
	}
	return nil
}

func checkExceptions(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	if ok, err := r.cli.Fail(ctx, 0); err != nil || ok != "ok" {
		return fmt.Errorf("fail(0): got %q, %v", ok, err)
	}
	_, err := r.cli.Fail(ctx, 1)
	var nf *gen.NotFound
	if !errors.As(err, &nf) || nf.Message != "not found" || nf.Id != 404 {
		return fmt.Errorf("fail(1): got %T %v", err, err)
	}
	_, err = r.cli.Fail(ctx, 2)
	var d *gen.Denied
	if !errors.As(err, &d) || d.Reason != "denied" || !reflect.DeepEqual(d.Missing, []string{"read", "write"}) {
		return fmt.Errorf("fail(2): got %T %v", err, err)
	}
	return nil
}

func checkPlainError(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	_, err := r.cli.Fail(ctx, 3)
	te, err := wantTransError(err, remote.InternalError)
	if err == nil && !strings.Contains(te.Error(), "boom") {
		err = fmt.Errorf("got message %q, want boom in it", te.Error())
	}
	return err
}

// checkThrowsBehindOneway: a call without an answer does not disturb the next.
func checkThrowsBehindOneway(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	if err := r.cli.Fire(ctx, "bang"); err != nil {
		return err
	}
	if err := checkPlainError(r); err != nil {
		return err
	}
	got, err := r.cli.Fail(ctx, 0)
	if err != nil {
		return err
	}
	return want("fail(0)", got, "ok")
}

func checkPanic(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	_, err := r.cli.Fail(ctx, 4)
	if _, err := wantTransError(err, remote.InternalError); err != nil {
		return err
	}
	// A panic is one call's: the server goes on.
	return r.cli.Ping(ctx)
}

func checkBizError(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	got, err := r.cli.Fail(ctx, 5)
	if !hasTTHeader(r.tp) {
		// Nothing carries it: Kitex answers with an empty result.
		if err != nil || got != "" {
			return fmt.Errorf("without TTHeader: got %q, %v, want an empty result", got, err)
		}
		return nil
	}
	biz, ok := kerrors.FromBizStatusError(err)
	if !ok {
		return fmt.Errorf("got %T (%v), want a business status error", err, err)
	}
	if biz.BizStatusCode() != 404 || biz.BizMessage() != "nf" || !reflect.DeepEqual(biz.BizExtra(), map[string]string{"k": "v"}) {
		return fmt.Errorf("got %d %q %v", biz.BizStatusCode(), biz.BizMessage(), biz.BizExtra())
	}
	return nil
}

// checkUnknownMethod asks the known service for a method it lacks. Without
// TTHeader no service name travels, so the server cannot tell which is unknown.
func checkUnknownMethod(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	cli, err := newer.NewClient("interop", r.options()...)
	if err != nil {
		return err
	}
	_, err = cli.Nowhere(ctx, "x")
	code := int32(remote.UnknownService)
	if hasTTHeader(r.tp) {
		code = remote.UnknownMethod
	}
	_, err = wantTransError(err, code)
	return err
}

func checkUnknownService(r *run) error {
	ctx, cancel := limited()
	defer cancel()
	cli, err := elsewhere.NewClient("interop", r.options()...)
	if err != nil {
		return err
	}
	_, err = cli.NowhereElse(ctx, "x")
	_, err = wantTransError(err, remote.UnknownService)
	return err
}
