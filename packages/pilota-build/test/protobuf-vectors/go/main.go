// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

// Reads a FileDescriptorSet in hex on the first line, then lines "MESSAGE HEX", and answers each with what golang protobuf makes of the message: its bytes,
// written deterministically, and its JSON, both in hex.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

func check(line string, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, line, err)
		os.Exit(1)
	}
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	head, err := in.ReadString('\n')
	check("head", err)
	bytes, err := hex.DecodeString(strings.TrimSpace(head))
	check("head", err)
	var set descriptorpb.FileDescriptorSet
	check("set", proto.Unmarshal(bytes, &set))
	files, err := protodesc.NewFiles(&set)
	check("set", err)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		name, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		d, err := files.FindDescriptorByName(protoreflect.FullName(name))
		check(line, err)
		m := dynamicpb.NewMessage(d.(protoreflect.MessageDescriptor))
		bytes, err := hex.DecodeString(text)
		check(line, err)
		check(line, proto.Unmarshal(bytes, m))
		binary, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
		check(line, err)
		json, err := protojson.Marshal(m)
		check(line, err)
		fmt.Fprintln(out, hex.EncodeToString(binary), hex.EncodeToString(json))
	}
}
