// SPDX-FileCopyrightText: 2026 The CloudWeGo TypeScript Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
)

// compare is a deep comparison that takes sets, which Kitex holds as slices, in
// any order. It names the first field that differs.
func compare(got, wanted any) error {
	a, b := reflect.ValueOf(got).Elem(), reflect.ValueOf(wanted).Elem()
	for i := range a.NumField() {
		kind := thriftType(a.Type().Field(i))
		x, y := canonical(a.Field(i), kind), canonical(b.Field(i), kind)
		if x != y {
			return fmt.Errorf("field %s: got %s, want %s", a.Type().Field(i).Name, shorten(x), shorten(y))
		}
	}
	return nil
}

func shorten(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}

// thriftType is the IDL type in the field's frugal tag, such as
// "map<i64:set<string>>".
func thriftType(f reflect.StructField) string {
	if parts := strings.SplitN(f.Tag.Get("frugal"), ",", 3); len(parts) == 3 {
		return parts[2]
	}
	return ""
}

// canonical renders a value so that equal values have equal texts.
func canonical(v reflect.Value, kind string) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "unset"
		}
		return canonical(v.Elem(), kind)
	case reflect.Struct:
		var b strings.Builder
		b.WriteByte('{')
		for i := range v.NumField() {
			f := v.Type().Field(i)
			fmt.Fprintf(&b, "%s=%s ", f.Name, canonical(v.Field(i), thriftType(f)))
		}
		return b.String() + "}"
	case reflect.Slice:
		if v.IsNil() {
			return "unset"
		}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return fmt.Sprintf("%x", v.Bytes())
		}
		items := make([]string, v.Len())
		for i := range items {
			items[i] = canonical(v.Index(i), elementType(kind))
		}
		if strings.HasPrefix(kind, "set<") {
			sort.Strings(items)
		}
		return "[" + strings.Join(items, " ") + "]"
	case reflect.Map:
		if v.IsNil() {
			return "unset"
		}
		keyKind, valueKind := mapTypes(kind)
		items := make([]string, 0, v.Len())
		for it := v.MapRange(); it.Next(); {
			items = append(items, canonical(it.Key(), keyKind)+":"+canonical(it.Value(), valueKind))
		}
		sort.Strings(items)
		return "[" + strings.Join(items, " ") + "]"
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	default:
		// %b of a float is exact and keeps the sign of zero.
		if v.CanFloat() {
			return fmt.Sprintf("%b", v.Float())
		}
		if v.CanInt() {
			return fmt.Sprintf("%d", v.Int())
		}
		return fmt.Sprint(v.Interface())
	}
}

// elementType is the X of "list<X>" or "set<X>".
func elementType(kind string) string {
	if i := strings.IndexByte(kind, '<'); i >= 0 {
		return kind[i+1 : len(kind)-1]
	}
	return ""
}

// mapTypes are the K and V of "map<K:V>"; keys are never containers.
func mapTypes(kind string) (key, value string) {
	key, value, _ = strings.Cut(elementType(kind), ":")
	return key, value
}
