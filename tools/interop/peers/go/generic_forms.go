// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/cloudwego/dynamicgo/conv"
	"github.com/cloudwego/dynamicgo/conv/j2t"
	"github.com/cloudwego/dynamicgo/conv/t2j"
	dthrift "github.com/cloudwego/dynamicgo/thrift"
	"github.com/cloudwego/kitex/pkg/generic"
	"github.com/cloudwego/kitex/pkg/generic/descriptor"
)

// form says what values of one kind of generic call are. Cases and handlers
// speak JSON: in is JSON of an argument, out JSON of a result ("" is nothing).
type form struct {
	generic generic.Generic
	request func(method, in string) (any, error)
	// result gives the JSON of a response.
	result func(method string, v any) (string, error)
	// arrived gives the JSON of a request, answer makes a response of JSON.
	arrived func(method string, v any) (string, error)
	answer  func(method, out string) (any, error)
	// message and text are request and answer of streams.
	message func(method, in string) (any, error)
	text    func(method string, v any) (string, error)
}

// Methods whose result is a string: generic calls give it without quotes.
var textMethods = map[string]bool{"text": true, "fail": true}

func formOf(kind, idl string) (*form, error) {
	switch kind {
	case "json", "json-dynamicgo":
		provide := generic.NewThriftFileProvider
		if kind == "json-dynamicgo" {
			provide = generic.NewThriftFileProviderWithDynamicGo
		}
		p, err := provide(idl)
		if err != nil {
			return nil, err
		}
		g, err := generic.JSONThriftGeneric(p)
		if err != nil {
			return nil, err
		}
		same := func(_, in string) (any, error) { return in, nil }
		out := func(method string, v any) (string, error) {
			s, ok := v.(string)
			if !ok {
				return "", nil
			}
			if textMethods[method] {
				quoted, err := json.Marshal(s)
				return string(quoted), err
			}
			return s, nil
		}
		answer := func(method, out string) (any, error) {
			if out == "" {
				return descriptor.Void{}, nil
			}
			if textMethods[method] {
				var s string
				err := json.Unmarshal([]byte(out), &s)
				return s, err
			}
			return out, nil
		}
		arrived := func(method string, v any) (string, error) {
			if method == "text" {
				return out(method, v)
			}
			s, _ := v.(string)
			return s, nil
		}
		return &form{generic: g, request: same, result: out, arrived: arrived, answer: answer, message: same, text: out}, nil
	case "map":
		p, err := generic.NewThriftFileProvider(idl)
		if err != nil {
			return nil, err
		}
		g, err := generic.MapThriftGeneric(p)
		if err != nil {
			return nil, err
		}
		if err := generic.SetBinaryWithBase64(g, true); err != nil {
			return nil, err
		}
		in := func(_, in string) (any, error) { return fromJSON(in) }
		out := func(_ string, v any) (string, error) {
			if _, ok := v.(descriptor.Void); ok || v == nil {
				return "", nil
			}
			b, err := json.Marshal(plain(v))
			return string(b), err
		}
		answer := func(method, out string) (any, error) {
			if out == "" {
				return descriptor.Void{}, nil
			}
			return fromJSON(out)
		}
		return &form{generic: g, request: in, result: out, arrived: out, answer: answer, message: in, text: out}, nil
	case "binary", "binary-v1":
		return binaryForm(kind, idl)
	}
	return nil, fmt.Errorf("unknown kind %q", kind)
}

func binaryForm(kind, idl string) (*form, error) {
	service, err := dthrift.NewDescritorFromPath(context.Background(), idl)
	if err != nil {
		return nil, err
	}
	toThrift := j2t.NewBinaryConv(conv.Options{WriteDefaultField: true, WriteRequireField: true})
	toJSON := t2j.NewBinaryConv(conv.Options{})
	// wrap makes a struct of one field of JSON.
	wrap := func(types *dthrift.TypeDescriptor, id dthrift.FieldID, text string) ([]byte, error) {
		if text == "" {
			return []byte{0}, nil
		}
		field := types.Struct().FieldById(id)
		body, err := toThrift.Do(context.Background(), field.Type(), []byte(text))
		if err != nil {
			return nil, err
		}
		head := []byte{byte(field.Type().Type()), byte(id >> 8), byte(id)}
		return append(append(head, body...), 0), nil
	}
	// open gives the one field of a struct, and its id.
	open := func(types *dthrift.TypeDescriptor, b []byte) (string, dthrift.FieldID, error) {
		if len(b) <= 1 || types.Struct() == nil || b[0] == 1 {
			return "", 0, nil
		}
		id := dthrift.FieldID(binary.BigEndian.Uint16(b[1:]))
		field := types.Struct().FieldById(id)
		if field == nil {
			return "", 0, fmt.Errorf("no field %d", id)
		}
		out, err := toJSON.Do(context.Background(), field.Type(), b[3:len(b)-1])
		return string(out), id, err
	}
	v1 := kind == "binary-v1"
	g := generic.BinaryThriftGenericV2("Generics")
	if v1 {
		g = generic.BinaryThriftGeneric()
	}
	message := func(method string, kind byte, body []byte) []byte {
		b := []byte{0x80, 1, 0, kind}
		b = binary.BigEndian.AppendUint32(b, uint32(len(method)))
		b = append(append(b, method...), 0, 0, 0, 0)
		return append(b, body...)
	}
	one := service.LookupFunctionByMethod
	// body gives a method and the bytes of its struct or message.
	body := func(method string, v any) (*dthrift.FunctionDescriptor, []byte, error) {
		f, err := one(method)
		if err != nil {
			return nil, nil, err
		}
		b, ok := v.([]byte)
		if !ok {
			return nil, nil, fmt.Errorf("got a %T, wanted bytes", v)
		}
		if v1 {
			b = b[12+len(method):]
		}
		return f, b, nil
	}
	return &form{
		generic: g,
		request: func(method, in string) (any, error) {
			f, err := one(method)
			if err != nil {
				return nil, err
			}
			b, err := wrap(f.Request(), 1, in)
			if v1 {
				b = message(method, 1, b)
			}
			return b, err
		},
		result: func(method string, v any) (string, error) {
			f, b, err := body(method, v)
			if err != nil {
				return "", err
			}
			out, id, err := open(f.Response(), b)
			if err == nil && id != 0 {
				err = fmt.Errorf("declared exception %d: %s", id, out)
			}
			return out, err
		},
		arrived: func(method string, v any) (string, error) {
			f, b, err := body(method, v)
			if err != nil {
				return "", err
			}
			in, _, err := open(f.Request(), b)
			return in, err
		},
		answer: func(method, out string) (any, error) {
			f, err := one(method)
			if err != nil {
				return nil, err
			}
			id := dthrift.FieldID(0)
			if out == notFoundJSON {
				id = 1
			}
			var b []byte
			if out == deniedJSON {
				// The descriptor knows the first exception only: 2: {1: "denied"}.
				b = append([]byte{12, 0, 2, 11, 0, 1, 0, 0, 0, 6}, "denied\x00\x00"...)
			} else if b, err = wrap(f.Response(), id, out); err != nil {
				return nil, err
			}
			if v1 {
				b = message(method, 2, b)
			}
			return b, nil
		},
		message: func(method, in string) (any, error) {
			f, err := one(method)
			if err != nil {
				return nil, err
			}
			return toThrift.Do(context.Background(), f.Request(), []byte(in))
		},
		text: func(method string, v any) (string, error) {
			f, b, err := body(method, v)
			if err != nil {
				return "", err
			}
			out, err := toJSON.Do(context.Background(), f.Response(), b)
			return string(out), err
		},
	}, nil
}

func fromJSON(text string) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// plain makes maps with keys of any type into maps with text for keys.
func plain(v any) any {
	switch t := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(t))
		for k, e := range t {
			out[k] = plain(e)
		}
		return out
	case map[any]any:
		out := make(map[string]any, len(t))
		for k, e := range t {
			out[fmt.Sprint(k)] = plain(e)
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = plain(e)
		}
		return out
	}
	return v
}

// sameJSON compares texts as values, integers by their digits.
func sameJSON(got, want string) error {
	g, err := fromJSON(got)
	if err != nil {
		return fmt.Errorf("got %q: %w", got, err)
	}
	w, err := fromJSON(want)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(g, w) {
		return fmt.Errorf("got %s, want %s", got, want)
	}
	return nil
}
