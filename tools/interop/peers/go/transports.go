// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/transport"
)

// transports maps the names of the command line to Kitex's bits.
var transports = map[string]transport.Protocol{
	"buffered":        transport.PurePayload,
	"framed":          transport.Framed,
	"ttheader":        transport.TTHeader,
	"ttheader-framed": transport.TTHeaderFramed,
}

func parseTransport(name string) (transport.Protocol, error) {
	tp, ok := transports[name]
	if !ok {
		return 0, fmt.Errorf("unknown transport %q, want buffered, framed, ttheader or ttheader-framed", name)
	}
	return tp, nil
}

// withTransport makes tp the whole setting. Kitex ORs its default (Framed) and
// every option together; only PurePayload clears what was set before.
func withTransport(tp transport.Protocol) []client.Option {
	options := []client.Option{client.WithTransportProtocol(transport.PurePayload)}
	if tp != transport.PurePayload {
		options = append(options, client.WithTransportProtocol(tp))
	}
	return options
}

func hasTTHeader(tp transport.Protocol) bool {
	return tp&transport.TTHeader == transport.TTHeader
}
