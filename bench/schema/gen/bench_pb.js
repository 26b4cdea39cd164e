/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
"use strict";

var $protobuf = require("protobufjs/minimal");

var $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
var $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

var $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

$root.bench = (function() {

    var bench = {};

    bench.Msg = (function() {

        var Msg = function (properties) {
            this.tags = [];
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Msg.prototype.id = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Msg.prototype.name = "";
        Msg.prototype.score = 0;
        Msg.prototype.tags = $util.emptyArray;
        Msg.prototype.flags = 0;

        Msg.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                writer.uint32(8).int64(message.id);
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(18).string(message.name);
            if (message.score != null && $Object.hasOwnProperty.call(message, "score") && !$Object.is(message.score, 0))
                writer.uint32(25).double(message.score);
            if (message.tags != null && message.tags.length)
                for (var i = 0; i < message.tags.length; ++i)
                    writer.uint32(34).string(message.tags[i]);
            if (message.flags != null && $Object.hasOwnProperty.call(message, "flags") && message.flags !== 0)
                writer.uint32(40).sint32(message.flags);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Msg.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.Msg();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.score = value;
                        else
                            delete message.score;
                        continue;
                    }
                case 4: {
                        if (wireType !== 2)
                            break;
                        if (!(message.tags && message.tags.length))
                            message.tags = [];
                        message.tags.push(reader.stringVerify());
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.sint32())
                            message.flags = value;
                        else
                            delete message.flags;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Msg;
    })();

    bench.Point = (function() {

        var Point = function (properties) {
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Point.prototype.x = 0;
        Point.prototype.y = 0;
        Point.prototype.z = 0;

        Point.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.x != null && $Object.hasOwnProperty.call(message, "x") && !$Object.is(message.x, 0))
                writer.uint32(9).double(message.x);
            if (message.y != null && $Object.hasOwnProperty.call(message, "y") && !$Object.is(message.y, 0))
                writer.uint32(17).double(message.y);
            if (message.z != null && $Object.hasOwnProperty.call(message, "z") && message.z !== 0)
                writer.uint32(24).sint32(message.z);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Point.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.Point();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.x = value;
                        else
                            delete message.x;
                        continue;
                    }
                case 2: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.y = value;
                        else
                            delete message.y;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.sint32())
                            message.z = value;
                        else
                            delete message.z;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Point;
    })();

    bench.Rec = (function() {

        var Rec = function (properties) {
            this.nums = [];
            this.tags = [];
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Rec.prototype.id = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
        Rec.prototype.name = "";
        Rec.prototype.active = false;
        Rec.prototype.count = 0;
        Rec.prototype.score = 0;
        Rec.prototype.nums = $util.emptyArray;
        Rec.prototype.pt = null;
        Rec.prototype.tags = $util.emptyArray;
        Rec.prototype.email = "";
        Rec.prototype.created = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

        Rec.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                writer.uint32(8).int64(message.id);
            if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                writer.uint32(18).string(message.name);
            if (message.active != null && $Object.hasOwnProperty.call(message, "active") && message.active !== false)
                writer.uint32(24).bool(message.active);
            if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                writer.uint32(32).sint32(message.count);
            if (message.score != null && $Object.hasOwnProperty.call(message, "score") && !$Object.is(message.score, 0))
                writer.uint32(41).double(message.score);
            if (message.nums != null && message.nums.length)
                writer.uint32(50).sint32s(message.nums);
            if (message.pt != null && $Object.hasOwnProperty.call(message, "pt"))
                $root.bench.Point.encode(message.pt, writer.uint32(58).fork(), _depth + 1).ldelim();
            if (message.tags != null && message.tags.length)
                for (var i = 0; i < message.tags.length; ++i)
                    writer.uint32(66).string(message.tags[i]);
            if (message.email != null && $Object.hasOwnProperty.call(message, "email") && message.email !== "")
                writer.uint32(74).string(message.email);
            if (message.created != null && $Object.hasOwnProperty.call(message, "created") && (typeof message.created === "object" ? message.created.low || message.created.high : message.created !== 0))
                writer.uint32(80).int64(message.created);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Rec.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.Rec();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.id = value;
                        else
                            delete message.id;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.name = value;
                        else
                            delete message.name;
                        continue;
                    }
                case 3: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.bool())
                            message.active = value;
                        else
                            delete message.active;
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        if (value = reader.sint32())
                            message.count = value;
                        else
                            delete message.count;
                        continue;
                    }
                case 5: {
                        if (wireType !== 1)
                            break;
                        if (!$Object.is(value = reader.double(), 0))
                            message.score = value;
                        else
                            delete message.score;
                        continue;
                    }
                case 6: {
                        if (wireType === 2) {
                            if (!(message.nums && message.nums.length))
                                message.nums = [];
                            reader.sint32s(message.nums);
                            continue;
                        }
                        if (wireType !== 0)
                            break;
                        if (!(message.nums && message.nums.length))
                            message.nums = [];
                        message.nums.push(reader.sint32());
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.pt = $root.bench.Point.decode(reader, reader.size(), $undefined, _depth + 1, message.pt);
                        continue;
                    }
                case 8: {
                        if (wireType !== 2)
                            break;
                        if (!(message.tags && message.tags.length))
                            message.tags = [];
                        message.tags.push(reader.stringVerify());
                        continue;
                    }
                case 9: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.email = value;
                        else
                            delete message.email;
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                            message.created = value;
                        else
                            delete message.created;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Rec;
    })();

    bench.Records = (function() {

        var Records = function (properties) {
            this.items = [];
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Records.prototype.items = $util.emptyArray;

        Records.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.items != null && message.items.length)
                for (var i = 0; i < message.items.length; ++i)
                    $root.bench.Rec.encode(message.items[i], writer.uint32(10).fork(), _depth + 1).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Records.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.Records();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (!(message.items && message.items.length))
                            message.items = [];
                        message.items.push($root.bench.Rec.decode(reader, reader.size(), $undefined, _depth + 1));
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Records;
    })();

    bench.StringMap = (function() {

        var StringMap = function (properties) {
            this.entries = {};
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        StringMap.prototype.entries = $util.emptyObject;

        StringMap.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.entries != null && $Object.hasOwnProperty.call(message, "entries"))
                for (var keys = $Object.keys(message.entries), i = 0; i < keys.length; ++i)
                    writer.uint32(10).fork().uint32(10).string(keys[i]).uint32(18).string(message.entries[keys[i]]).ldelim();
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        StringMap.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message, key, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.StringMap();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if (message.entries === $util.emptyObject)
                            message.entries = {};
                        var end2 = reader.size() + reader.pos;
                        if (end2 > reader.len)
                            throw $RangeError("index out of range");
                        reader.len = end2;
                        key = "";
                        value = "";
                        while (reader.pos < end2) {
                            var tag2 = reader.tag();
                            wireType = tag2 & 7;
                            switch (tag2 >>>= 3) {
                            case 1:
                                if (wireType !== 2)
                                    break;
                                key = reader.stringVerify();
                                continue;
                            case 2:
                                if (wireType !== 2)
                                    break;
                                value = reader.stringVerify();
                                continue;
                            }
                            reader.skipType(wireType, _depth, tag2);
                        }
                        if (reader.pos !== end2)
                            throw $RangeError("index out of range");
                        reader.len = end;
                        if (key === "__proto__")
                            $util.makeProp(message.entries, key);
                        message.entries[key] = value;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return StringMap;
    })();

    bench.Blob = (function() {

        var Blob = function (properties) {
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Blob.prototype.bytes = $util.newBuffer([]);

        Blob.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.bytes != null && $Object.hasOwnProperty.call(message, "bytes") && message.bytes.length)
                writer.uint32(10).bytes(message.bytes);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Blob.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.Blob();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.bytes()).length)
                            message.bytes = value;
                        else
                            delete message.bytes;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Blob;
    })();

    bench.Text = (function() {

        var Text = function (properties) {
            this.words = [];
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Text.prototype.title = "";
        Text.prototype.body = "";
        Text.prototype.words = $util.emptyArray;

        Text.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.title != null && $Object.hasOwnProperty.call(message, "title") && message.title !== "")
                writer.uint32(10).string(message.title);
            if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body !== "")
                writer.uint32(18).string(message.body);
            if (message.words != null && message.words.length)
                for (var i = 0; i < message.words.length; ++i)
                    writer.uint32(26).string(message.words[i]);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Text.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.Text();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.title = value;
                        else
                            delete message.title;
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.body = value;
                        else
                            delete message.body;
                        continue;
                    }
                case 3: {
                        if (wireType !== 2)
                            break;
                        if (!(message.words && message.words.length))
                            message.words = [];
                        message.words.push(reader.stringVerify());
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Text;
    })();

    bench.Sparse = (function() {

        var Sparse = function (properties) {
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        Sparse.prototype.f1 = null;
        Sparse.prototype.f2 = null;
        Sparse.prototype.f3 = null;
        Sparse.prototype.f4 = null;
        Sparse.prototype.f5 = null;
        Sparse.prototype.f6 = null;
        Sparse.prototype.f7 = null;
        Sparse.prototype.f8 = null;
        Sparse.prototype.f9 = null;
        Sparse.prototype.f10 = null;
        Sparse.prototype.f11 = null;
        Sparse.prototype.f12 = null;
        Sparse.prototype.f13 = null;
        Sparse.prototype.f14 = null;
        Sparse.prototype.f15 = null;
        Sparse.prototype.f16 = null;
        Sparse.prototype.f17 = null;
        Sparse.prototype.f18 = null;
        Sparse.prototype.f19 = null;
        Sparse.prototype.f20 = null;
        Sparse.prototype.f21 = null;
        Sparse.prototype.f22 = null;
        Sparse.prototype.f23 = null;
        Sparse.prototype.f24 = null;
        Sparse.prototype.f25 = null;
        Sparse.prototype.f26 = null;
        Sparse.prototype.f27 = null;
        Sparse.prototype.f28 = null;
        Sparse.prototype.f29 = null;
        Sparse.prototype.f30 = null;
        Sparse.prototype.f31 = null;
        Sparse.prototype.f32 = null;
        Sparse.prototype.f33 = null;
        Sparse.prototype.f34 = null;
        Sparse.prototype.f35 = null;
        Sparse.prototype.f36 = null;
        Sparse.prototype.f37 = null;
        Sparse.prototype.f38 = null;
        Sparse.prototype.f39 = null;
        Sparse.prototype.f40 = null;
        Sparse.prototype.f41 = null;
        Sparse.prototype.f42 = null;
        Sparse.prototype.f43 = null;
        Sparse.prototype.f44 = null;
        Sparse.prototype.f45 = null;
        Sparse.prototype.f46 = null;
        Sparse.prototype.f47 = null;
        Sparse.prototype.f48 = null;
        Sparse.prototype.f49 = null;
        Sparse.prototype.f50 = null;
        Sparse.prototype.f51 = null;
        Sparse.prototype.f52 = null;
        Sparse.prototype.f53 = null;
        Sparse.prototype.f54 = null;
        Sparse.prototype.f55 = null;
        Sparse.prototype.f56 = null;
        Sparse.prototype.f57 = null;
        Sparse.prototype.f58 = null;
        Sparse.prototype.f59 = null;
        Sparse.prototype.f60 = null;

        var $oneOfFields;

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f1", {
            get: $util.oneOfGetter($oneOfFields = ["f1"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f2", {
            get: $util.oneOfGetter($oneOfFields = ["f2"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f3", {
            get: $util.oneOfGetter($oneOfFields = ["f3"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f4", {
            get: $util.oneOfGetter($oneOfFields = ["f4"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f5", {
            get: $util.oneOfGetter($oneOfFields = ["f5"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f6", {
            get: $util.oneOfGetter($oneOfFields = ["f6"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f7", {
            get: $util.oneOfGetter($oneOfFields = ["f7"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f8", {
            get: $util.oneOfGetter($oneOfFields = ["f8"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f9", {
            get: $util.oneOfGetter($oneOfFields = ["f9"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f10", {
            get: $util.oneOfGetter($oneOfFields = ["f10"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f11", {
            get: $util.oneOfGetter($oneOfFields = ["f11"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f12", {
            get: $util.oneOfGetter($oneOfFields = ["f12"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f13", {
            get: $util.oneOfGetter($oneOfFields = ["f13"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f14", {
            get: $util.oneOfGetter($oneOfFields = ["f14"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f15", {
            get: $util.oneOfGetter($oneOfFields = ["f15"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f16", {
            get: $util.oneOfGetter($oneOfFields = ["f16"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f17", {
            get: $util.oneOfGetter($oneOfFields = ["f17"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f18", {
            get: $util.oneOfGetter($oneOfFields = ["f18"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f19", {
            get: $util.oneOfGetter($oneOfFields = ["f19"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f20", {
            get: $util.oneOfGetter($oneOfFields = ["f20"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f21", {
            get: $util.oneOfGetter($oneOfFields = ["f21"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f22", {
            get: $util.oneOfGetter($oneOfFields = ["f22"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f23", {
            get: $util.oneOfGetter($oneOfFields = ["f23"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f24", {
            get: $util.oneOfGetter($oneOfFields = ["f24"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f25", {
            get: $util.oneOfGetter($oneOfFields = ["f25"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f26", {
            get: $util.oneOfGetter($oneOfFields = ["f26"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f27", {
            get: $util.oneOfGetter($oneOfFields = ["f27"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f28", {
            get: $util.oneOfGetter($oneOfFields = ["f28"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f29", {
            get: $util.oneOfGetter($oneOfFields = ["f29"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f30", {
            get: $util.oneOfGetter($oneOfFields = ["f30"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f31", {
            get: $util.oneOfGetter($oneOfFields = ["f31"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f32", {
            get: $util.oneOfGetter($oneOfFields = ["f32"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f33", {
            get: $util.oneOfGetter($oneOfFields = ["f33"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f34", {
            get: $util.oneOfGetter($oneOfFields = ["f34"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f35", {
            get: $util.oneOfGetter($oneOfFields = ["f35"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f36", {
            get: $util.oneOfGetter($oneOfFields = ["f36"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f37", {
            get: $util.oneOfGetter($oneOfFields = ["f37"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f38", {
            get: $util.oneOfGetter($oneOfFields = ["f38"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f39", {
            get: $util.oneOfGetter($oneOfFields = ["f39"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f40", {
            get: $util.oneOfGetter($oneOfFields = ["f40"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f41", {
            get: $util.oneOfGetter($oneOfFields = ["f41"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f42", {
            get: $util.oneOfGetter($oneOfFields = ["f42"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f43", {
            get: $util.oneOfGetter($oneOfFields = ["f43"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f44", {
            get: $util.oneOfGetter($oneOfFields = ["f44"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f45", {
            get: $util.oneOfGetter($oneOfFields = ["f45"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f46", {
            get: $util.oneOfGetter($oneOfFields = ["f46"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f47", {
            get: $util.oneOfGetter($oneOfFields = ["f47"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f48", {
            get: $util.oneOfGetter($oneOfFields = ["f48"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f49", {
            get: $util.oneOfGetter($oneOfFields = ["f49"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f50", {
            get: $util.oneOfGetter($oneOfFields = ["f50"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f51", {
            get: $util.oneOfGetter($oneOfFields = ["f51"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f52", {
            get: $util.oneOfGetter($oneOfFields = ["f52"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f53", {
            get: $util.oneOfGetter($oneOfFields = ["f53"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f54", {
            get: $util.oneOfGetter($oneOfFields = ["f54"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f55", {
            get: $util.oneOfGetter($oneOfFields = ["f55"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f56", {
            get: $util.oneOfGetter($oneOfFields = ["f56"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f57", {
            get: $util.oneOfGetter($oneOfFields = ["f57"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f58", {
            get: $util.oneOfGetter($oneOfFields = ["f58"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f59", {
            get: $util.oneOfGetter($oneOfFields = ["f59"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        // Virtual OneOf for proto3 optional field
        $Object.defineProperty(Sparse.prototype, "_f60", {
            get: $util.oneOfGetter($oneOfFields = ["f60"]),
            set: $util.oneOfSetter($oneOfFields)
        });

        Sparse.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.f1 != null && $Object.hasOwnProperty.call(message, "f1"))
                writer.uint32(8).sint32(message.f1);
            if (message.f2 != null && $Object.hasOwnProperty.call(message, "f2"))
                writer.uint32(18).string(message.f2);
            if (message.f3 != null && $Object.hasOwnProperty.call(message, "f3"))
                writer.uint32(25).double(message.f3);
            if (message.f4 != null && $Object.hasOwnProperty.call(message, "f4"))
                writer.uint32(32).bool(message.f4);
            if (message.f5 != null && $Object.hasOwnProperty.call(message, "f5"))
                writer.uint32(40).int64(message.f5);
            if (message.f6 != null && $Object.hasOwnProperty.call(message, "f6"))
                writer.uint32(48).sint32(message.f6);
            if (message.f7 != null && $Object.hasOwnProperty.call(message, "f7"))
                writer.uint32(58).string(message.f7);
            if (message.f8 != null && $Object.hasOwnProperty.call(message, "f8"))
                writer.uint32(65).double(message.f8);
            if (message.f9 != null && $Object.hasOwnProperty.call(message, "f9"))
                writer.uint32(72).bool(message.f9);
            if (message.f10 != null && $Object.hasOwnProperty.call(message, "f10"))
                writer.uint32(80).int64(message.f10);
            if (message.f11 != null && $Object.hasOwnProperty.call(message, "f11"))
                writer.uint32(88).sint32(message.f11);
            if (message.f12 != null && $Object.hasOwnProperty.call(message, "f12"))
                writer.uint32(98).string(message.f12);
            if (message.f13 != null && $Object.hasOwnProperty.call(message, "f13"))
                writer.uint32(105).double(message.f13);
            if (message.f14 != null && $Object.hasOwnProperty.call(message, "f14"))
                writer.uint32(112).bool(message.f14);
            if (message.f15 != null && $Object.hasOwnProperty.call(message, "f15"))
                writer.uint32(120).int64(message.f15);
            if (message.f16 != null && $Object.hasOwnProperty.call(message, "f16"))
                writer.uint32(128).sint32(message.f16);
            if (message.f17 != null && $Object.hasOwnProperty.call(message, "f17"))
                writer.uint32(138).string(message.f17);
            if (message.f18 != null && $Object.hasOwnProperty.call(message, "f18"))
                writer.uint32(145).double(message.f18);
            if (message.f19 != null && $Object.hasOwnProperty.call(message, "f19"))
                writer.uint32(152).bool(message.f19);
            if (message.f20 != null && $Object.hasOwnProperty.call(message, "f20"))
                writer.uint32(160).int64(message.f20);
            if (message.f21 != null && $Object.hasOwnProperty.call(message, "f21"))
                writer.uint32(168).sint32(message.f21);
            if (message.f22 != null && $Object.hasOwnProperty.call(message, "f22"))
                writer.uint32(178).string(message.f22);
            if (message.f23 != null && $Object.hasOwnProperty.call(message, "f23"))
                writer.uint32(185).double(message.f23);
            if (message.f24 != null && $Object.hasOwnProperty.call(message, "f24"))
                writer.uint32(192).bool(message.f24);
            if (message.f25 != null && $Object.hasOwnProperty.call(message, "f25"))
                writer.uint32(200).int64(message.f25);
            if (message.f26 != null && $Object.hasOwnProperty.call(message, "f26"))
                writer.uint32(208).sint32(message.f26);
            if (message.f27 != null && $Object.hasOwnProperty.call(message, "f27"))
                writer.uint32(218).string(message.f27);
            if (message.f28 != null && $Object.hasOwnProperty.call(message, "f28"))
                writer.uint32(225).double(message.f28);
            if (message.f29 != null && $Object.hasOwnProperty.call(message, "f29"))
                writer.uint32(232).bool(message.f29);
            if (message.f30 != null && $Object.hasOwnProperty.call(message, "f30"))
                writer.uint32(240).int64(message.f30);
            if (message.f31 != null && $Object.hasOwnProperty.call(message, "f31"))
                writer.uint32(248).sint32(message.f31);
            if (message.f32 != null && $Object.hasOwnProperty.call(message, "f32"))
                writer.uint32(258).string(message.f32);
            if (message.f33 != null && $Object.hasOwnProperty.call(message, "f33"))
                writer.uint32(265).double(message.f33);
            if (message.f34 != null && $Object.hasOwnProperty.call(message, "f34"))
                writer.uint32(272).bool(message.f34);
            if (message.f35 != null && $Object.hasOwnProperty.call(message, "f35"))
                writer.uint32(280).int64(message.f35);
            if (message.f36 != null && $Object.hasOwnProperty.call(message, "f36"))
                writer.uint32(288).sint32(message.f36);
            if (message.f37 != null && $Object.hasOwnProperty.call(message, "f37"))
                writer.uint32(298).string(message.f37);
            if (message.f38 != null && $Object.hasOwnProperty.call(message, "f38"))
                writer.uint32(305).double(message.f38);
            if (message.f39 != null && $Object.hasOwnProperty.call(message, "f39"))
                writer.uint32(312).bool(message.f39);
            if (message.f40 != null && $Object.hasOwnProperty.call(message, "f40"))
                writer.uint32(320).int64(message.f40);
            if (message.f41 != null && $Object.hasOwnProperty.call(message, "f41"))
                writer.uint32(328).sint32(message.f41);
            if (message.f42 != null && $Object.hasOwnProperty.call(message, "f42"))
                writer.uint32(338).string(message.f42);
            if (message.f43 != null && $Object.hasOwnProperty.call(message, "f43"))
                writer.uint32(345).double(message.f43);
            if (message.f44 != null && $Object.hasOwnProperty.call(message, "f44"))
                writer.uint32(352).bool(message.f44);
            if (message.f45 != null && $Object.hasOwnProperty.call(message, "f45"))
                writer.uint32(360).int64(message.f45);
            if (message.f46 != null && $Object.hasOwnProperty.call(message, "f46"))
                writer.uint32(368).sint32(message.f46);
            if (message.f47 != null && $Object.hasOwnProperty.call(message, "f47"))
                writer.uint32(378).string(message.f47);
            if (message.f48 != null && $Object.hasOwnProperty.call(message, "f48"))
                writer.uint32(385).double(message.f48);
            if (message.f49 != null && $Object.hasOwnProperty.call(message, "f49"))
                writer.uint32(392).bool(message.f49);
            if (message.f50 != null && $Object.hasOwnProperty.call(message, "f50"))
                writer.uint32(400).int64(message.f50);
            if (message.f51 != null && $Object.hasOwnProperty.call(message, "f51"))
                writer.uint32(408).sint32(message.f51);
            if (message.f52 != null && $Object.hasOwnProperty.call(message, "f52"))
                writer.uint32(418).string(message.f52);
            if (message.f53 != null && $Object.hasOwnProperty.call(message, "f53"))
                writer.uint32(425).double(message.f53);
            if (message.f54 != null && $Object.hasOwnProperty.call(message, "f54"))
                writer.uint32(432).bool(message.f54);
            if (message.f55 != null && $Object.hasOwnProperty.call(message, "f55"))
                writer.uint32(440).int64(message.f55);
            if (message.f56 != null && $Object.hasOwnProperty.call(message, "f56"))
                writer.uint32(448).sint32(message.f56);
            if (message.f57 != null && $Object.hasOwnProperty.call(message, "f57"))
                writer.uint32(458).string(message.f57);
            if (message.f58 != null && $Object.hasOwnProperty.call(message, "f58"))
                writer.uint32(465).double(message.f58);
            if (message.f59 != null && $Object.hasOwnProperty.call(message, "f59"))
                writer.uint32(472).bool(message.f59);
            if (message.f60 != null && $Object.hasOwnProperty.call(message, "f60"))
                writer.uint32(480).int64(message.f60);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        Sparse.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.Sparse();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 0)
                            break;
                        message.f1 = reader.sint32();
                        message._f1 = "f1";
                        continue;
                    }
                case 2: {
                        if (wireType !== 2)
                            break;
                        message.f2 = reader.stringVerify();
                        message._f2 = "f2";
                        continue;
                    }
                case 3: {
                        if (wireType !== 1)
                            break;
                        message.f3 = reader.double();
                        message._f3 = "f3";
                        continue;
                    }
                case 4: {
                        if (wireType !== 0)
                            break;
                        message.f4 = reader.bool();
                        message._f4 = "f4";
                        continue;
                    }
                case 5: {
                        if (wireType !== 0)
                            break;
                        message.f5 = reader.int64();
                        message._f5 = "f5";
                        continue;
                    }
                case 6: {
                        if (wireType !== 0)
                            break;
                        message.f6 = reader.sint32();
                        message._f6 = "f6";
                        continue;
                    }
                case 7: {
                        if (wireType !== 2)
                            break;
                        message.f7 = reader.stringVerify();
                        message._f7 = "f7";
                        continue;
                    }
                case 8: {
                        if (wireType !== 1)
                            break;
                        message.f8 = reader.double();
                        message._f8 = "f8";
                        continue;
                    }
                case 9: {
                        if (wireType !== 0)
                            break;
                        message.f9 = reader.bool();
                        message._f9 = "f9";
                        continue;
                    }
                case 10: {
                        if (wireType !== 0)
                            break;
                        message.f10 = reader.int64();
                        message._f10 = "f10";
                        continue;
                    }
                case 11: {
                        if (wireType !== 0)
                            break;
                        message.f11 = reader.sint32();
                        message._f11 = "f11";
                        continue;
                    }
                case 12: {
                        if (wireType !== 2)
                            break;
                        message.f12 = reader.stringVerify();
                        message._f12 = "f12";
                        continue;
                    }
                case 13: {
                        if (wireType !== 1)
                            break;
                        message.f13 = reader.double();
                        message._f13 = "f13";
                        continue;
                    }
                case 14: {
                        if (wireType !== 0)
                            break;
                        message.f14 = reader.bool();
                        message._f14 = "f14";
                        continue;
                    }
                case 15: {
                        if (wireType !== 0)
                            break;
                        message.f15 = reader.int64();
                        message._f15 = "f15";
                        continue;
                    }
                case 16: {
                        if (wireType !== 0)
                            break;
                        message.f16 = reader.sint32();
                        message._f16 = "f16";
                        continue;
                    }
                case 17: {
                        if (wireType !== 2)
                            break;
                        message.f17 = reader.stringVerify();
                        message._f17 = "f17";
                        continue;
                    }
                case 18: {
                        if (wireType !== 1)
                            break;
                        message.f18 = reader.double();
                        message._f18 = "f18";
                        continue;
                    }
                case 19: {
                        if (wireType !== 0)
                            break;
                        message.f19 = reader.bool();
                        message._f19 = "f19";
                        continue;
                    }
                case 20: {
                        if (wireType !== 0)
                            break;
                        message.f20 = reader.int64();
                        message._f20 = "f20";
                        continue;
                    }
                case 21: {
                        if (wireType !== 0)
                            break;
                        message.f21 = reader.sint32();
                        message._f21 = "f21";
                        continue;
                    }
                case 22: {
                        if (wireType !== 2)
                            break;
                        message.f22 = reader.stringVerify();
                        message._f22 = "f22";
                        continue;
                    }
                case 23: {
                        if (wireType !== 1)
                            break;
                        message.f23 = reader.double();
                        message._f23 = "f23";
                        continue;
                    }
                case 24: {
                        if (wireType !== 0)
                            break;
                        message.f24 = reader.bool();
                        message._f24 = "f24";
                        continue;
                    }
                case 25: {
                        if (wireType !== 0)
                            break;
                        message.f25 = reader.int64();
                        message._f25 = "f25";
                        continue;
                    }
                case 26: {
                        if (wireType !== 0)
                            break;
                        message.f26 = reader.sint32();
                        message._f26 = "f26";
                        continue;
                    }
                case 27: {
                        if (wireType !== 2)
                            break;
                        message.f27 = reader.stringVerify();
                        message._f27 = "f27";
                        continue;
                    }
                case 28: {
                        if (wireType !== 1)
                            break;
                        message.f28 = reader.double();
                        message._f28 = "f28";
                        continue;
                    }
                case 29: {
                        if (wireType !== 0)
                            break;
                        message.f29 = reader.bool();
                        message._f29 = "f29";
                        continue;
                    }
                case 30: {
                        if (wireType !== 0)
                            break;
                        message.f30 = reader.int64();
                        message._f30 = "f30";
                        continue;
                    }
                case 31: {
                        if (wireType !== 0)
                            break;
                        message.f31 = reader.sint32();
                        message._f31 = "f31";
                        continue;
                    }
                case 32: {
                        if (wireType !== 2)
                            break;
                        message.f32 = reader.stringVerify();
                        message._f32 = "f32";
                        continue;
                    }
                case 33: {
                        if (wireType !== 1)
                            break;
                        message.f33 = reader.double();
                        message._f33 = "f33";
                        continue;
                    }
                case 34: {
                        if (wireType !== 0)
                            break;
                        message.f34 = reader.bool();
                        message._f34 = "f34";
                        continue;
                    }
                case 35: {
                        if (wireType !== 0)
                            break;
                        message.f35 = reader.int64();
                        message._f35 = "f35";
                        continue;
                    }
                case 36: {
                        if (wireType !== 0)
                            break;
                        message.f36 = reader.sint32();
                        message._f36 = "f36";
                        continue;
                    }
                case 37: {
                        if (wireType !== 2)
                            break;
                        message.f37 = reader.stringVerify();
                        message._f37 = "f37";
                        continue;
                    }
                case 38: {
                        if (wireType !== 1)
                            break;
                        message.f38 = reader.double();
                        message._f38 = "f38";
                        continue;
                    }
                case 39: {
                        if (wireType !== 0)
                            break;
                        message.f39 = reader.bool();
                        message._f39 = "f39";
                        continue;
                    }
                case 40: {
                        if (wireType !== 0)
                            break;
                        message.f40 = reader.int64();
                        message._f40 = "f40";
                        continue;
                    }
                case 41: {
                        if (wireType !== 0)
                            break;
                        message.f41 = reader.sint32();
                        message._f41 = "f41";
                        continue;
                    }
                case 42: {
                        if (wireType !== 2)
                            break;
                        message.f42 = reader.stringVerify();
                        message._f42 = "f42";
                        continue;
                    }
                case 43: {
                        if (wireType !== 1)
                            break;
                        message.f43 = reader.double();
                        message._f43 = "f43";
                        continue;
                    }
                case 44: {
                        if (wireType !== 0)
                            break;
                        message.f44 = reader.bool();
                        message._f44 = "f44";
                        continue;
                    }
                case 45: {
                        if (wireType !== 0)
                            break;
                        message.f45 = reader.int64();
                        message._f45 = "f45";
                        continue;
                    }
                case 46: {
                        if (wireType !== 0)
                            break;
                        message.f46 = reader.sint32();
                        message._f46 = "f46";
                        continue;
                    }
                case 47: {
                        if (wireType !== 2)
                            break;
                        message.f47 = reader.stringVerify();
                        message._f47 = "f47";
                        continue;
                    }
                case 48: {
                        if (wireType !== 1)
                            break;
                        message.f48 = reader.double();
                        message._f48 = "f48";
                        continue;
                    }
                case 49: {
                        if (wireType !== 0)
                            break;
                        message.f49 = reader.bool();
                        message._f49 = "f49";
                        continue;
                    }
                case 50: {
                        if (wireType !== 0)
                            break;
                        message.f50 = reader.int64();
                        message._f50 = "f50";
                        continue;
                    }
                case 51: {
                        if (wireType !== 0)
                            break;
                        message.f51 = reader.sint32();
                        message._f51 = "f51";
                        continue;
                    }
                case 52: {
                        if (wireType !== 2)
                            break;
                        message.f52 = reader.stringVerify();
                        message._f52 = "f52";
                        continue;
                    }
                case 53: {
                        if (wireType !== 1)
                            break;
                        message.f53 = reader.double();
                        message._f53 = "f53";
                        continue;
                    }
                case 54: {
                        if (wireType !== 0)
                            break;
                        message.f54 = reader.bool();
                        message._f54 = "f54";
                        continue;
                    }
                case 55: {
                        if (wireType !== 0)
                            break;
                        message.f55 = reader.int64();
                        message._f55 = "f55";
                        continue;
                    }
                case 56: {
                        if (wireType !== 0)
                            break;
                        message.f56 = reader.sint32();
                        message._f56 = "f56";
                        continue;
                    }
                case 57: {
                        if (wireType !== 2)
                            break;
                        message.f57 = reader.stringVerify();
                        message._f57 = "f57";
                        continue;
                    }
                case 58: {
                        if (wireType !== 1)
                            break;
                        message.f58 = reader.double();
                        message._f58 = "f58";
                        continue;
                    }
                case 59: {
                        if (wireType !== 0)
                            break;
                        message.f59 = reader.bool();
                        message._f59 = "f59";
                        continue;
                    }
                case 60: {
                        if (wireType !== 0)
                            break;
                        message.f60 = reader.int64();
                        message._f60 = "f60";
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return Sparse;
    })();

    bench.TextLine = (function() {

        var TextLine = function (properties) {
            if (properties)
                for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                    if (properties[keys[i]] != null && keys[i] !== "__proto__")
                        this[keys[i]] = properties[keys[i]];
        };

        TextLine.prototype.text = "";

        TextLine.encode = function (message, writer, _depth) {
            if (!writer)
                writer = $Writer.create();
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $util.recursionLimit)
                throw $Error("max depth exceeded");
            if (message.text != null && $Object.hasOwnProperty.call(message, "text") && message.text !== "")
                writer.uint32(10).string(message.text);
            if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                for (var i = 0; i < message.$unknowns.length; ++i)
                    writer.raw(message.$unknowns[i]);
            return writer;
        };

        TextLine.decode = function (reader, length, _end, _depth, _target) {
            if (!(reader instanceof $Reader))
                reader = $Reader.create(reader);
            if (_depth === $undefined)
                _depth = 0;
            if (_depth > $Reader.recursionLimit)
                throw $Error("max depth exceeded");
            var end, message, value;
            if (length === $undefined)
                end = reader.len;
            else {
                end = reader.pos + length;
                if (end > reader.len)
                    throw $RangeError("index out of range");
                length = reader.len;
                reader.len = end;
            }
            message = _target || new $root.bench.TextLine();
            while (reader.pos < end) {
                var start = reader.pos;
                var tag = reader.tag();
                if (tag === _end) {
                    _end = $undefined;
                    break;
                }
                var wireType = tag & 7;
                switch (tag >>>= 3) {
                case 1: {
                        if (wireType !== 2)
                            break;
                        if ((value = reader.stringVerify()).length)
                            message.text = value;
                        else
                            delete message.text;
                        continue;
                    }
                }
                reader.skipType(wireType, _depth, tag);
                if (!reader.discardUnknown) {
                    $util.makeProp(message, "$unknowns", false);
                    (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                }
            }
            if (length !== $undefined) {
                if (reader.pos !== end)
                    throw $RangeError("index out of range");
                reader.len = length;
            }
            if (_end !== $undefined)
                throw $Error("missing end group");
            return message;
        };

        return TextLine;
    })();

    return bench;
})();

module.exports = $root;
