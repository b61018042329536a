import type { FeatureShape, Initializer, LayerUse, Model, Network } from "../../src/model/model.ts";
const source={name:"x",text:""}; const span={source,start:0,end:0};
const U:Initializer={kind:"uniformFanIn"}; const Z:Initializer={kind:"constant",value:0};
export interface Dims{stem:number;widths:number[];fpn:number;fc:number;mask:number;classes:number;size:number;before:number;after:number;rpnCount:number;count:number;keep:number;score:number;batch:number}
export const tiny:Dims={stem:4,widths:[6,8,10],fpn:8,fc:16,mask:8,classes:2,size:64,before:60,after:30,rpnCount:64,count:16,keep:10,score:0.2,batch:2};
export const nuclei:Dims={stem:16,widths:[32,64,128],fpn:64,fc:256,mask:64,classes:1,size:128,before:200,after:100,rpnCount:256,count:64,keep:50,score:0.05,batch:4};
class Net{layers:LayerUse[]=[];shapes=new Map<string,FeatureShape>();constructor(public inputs:{name:string;shape:FeatureShape}[]){for(const i of inputs)this.shapes.set(i.name,i.shape);}
 use(path:string,layer:string,inputs:string[],attributes:Record<string,unknown>,output:FeatureShape){this.layers.push({path,layer,attributes:attributes as never,inputs,inputShapes:inputs.map(i=>this.shapes.get(i)!),output,span});this.shapes.set(path,output);return path;}
 conv(path:string,x:string,k:number,c:number,s:number,bias:boolean,init:Initializer=U,binit:Initializer=U){const sh=this.shapes.get(x)!;const out=sh.kind==="image"?{...sh,channels:c,stride:sh.stride*s}:{...sh,channels:c};return this.use(path,"conv",[x],{kernel:[k,k],channels:c,stride:[s,s],dilation:[1,1],padding:[(k-1)>>1,(k-1)>>1],bias,initializer:init,biasInitializer:binit},out as FeatureShape);}
 same(path:string,layer:string,xs:string[],a:Record<string,unknown>={}){return this.use(path,layer,xs,a,this.shapes.get(xs[0]!)!);}
 bn(path:string,x:string){return this.same(path,"batchNorm",[x],{momentum:0.1,epsilon:1e-5});}
 net(results:Record<string,string>):Network{return{inputs:this.inputs,layers:this.layers,results:Object.entries(results).map(([name,value])=>({name,value,shape:this.shapes.get(value)!}))};}}
export function scratchModel(d:Dims,withMask=true,roiPool=false):Model{
 const n=new Net([{name:"image",shape:{kind:"image",channels:3,stride:1}}]);
 let x=n.conv("backbone.stem.conv","image",3,d.stem,2,false);x=n.bn("backbone.stem.norm",x);x=n.same("backbone.stem.relu","relu",[x]);
 const cs:string[]=[];
 d.widths.forEach((w,i)=>{for(let bi=0;bi<2;bi++){const p=`backbone.l${i+1}.${bi}`;const s=bi===0?2:1;const inp=x;
  let sc=inp;if(bi===0){sc=n.conv(`${p}.downsample.0`,inp,1,w,2,false);sc=n.bn(`${p}.downsample.1`,sc);}
  let y=n.conv(`${p}.conv1`,inp,3,w,s,false);y=n.bn(`${p}.bn1`,y);y=n.same(`${p}.relu1`,"relu",[y]);y=n.conv(`${p}.conv2`,y,3,w,1,false);y=n.bn(`${p}.bn2`,y);
  y=n.same(`${p}.add`,"add",[y,sc]);x=n.same(`${p}.relu2`,"relu",[y]);}cs.push(x);});
 const K1:Initializer={kind:"kaimingUniform",slope:1};
 const inner=cs.map((c,i)=>n.conv(`backbone.fpn.inner${i}`,c,1,d.fpn,1,true,K1,Z));
 let top=inner[2]!;const outs:string[]=[];outs[2]=n.conv("backbone.fpn.layer2",top,3,d.fpn,1,true,K1,Z);
 for(const i of [1,0]){const sh=n.shapes.get(inner[i]!)!;const up=n.use(`backbone.fpn.up${i}`,"upsample",[top],{factor:2},sh);top=n.same(`backbone.fpn.sum${i}`,"add",[inner[i]!,up]);outs[i]=n.conv(`backbone.fpn.layer${i}`,top,3,d.fpn,1,true,K1,Z);}
 const p5=n.use("backbone.fpn.pool","maxPool",[outs[2]!],{padding:[0,0],kernel:[1,1],stride:[2,2]},{kind:"image",channels:d.fpn,stride:32});
 const levels=["p2","p3","p4","p5"].map((name,i)=>({name,stride:4*2**i,channels:d.fpn}));
 const seq=(shape:FeatureShape,f:(n:Net)=>string)=>{const m=new Net([{name:"input",shape}]);return m.net({output:f(m)});};
 const N01:Initializer={kind:"normal",deviation:0.01};
 const region=(s:number):FeatureShape=>({kind:"region",channels:d.fpn,height:s,width:s});
 const FO:Initializer={kind:"kaimingNormal",fan:"out"};
 return{name:"scratch",documentation:"",classes:d.classes,
 input:{shortest:d.size,longest:d.size,multiple:32,scale:1/255,mean:[0.485,0.456,0.406],deviation:[0.229,0.224,0.225],order:"rgb",flip:0.5},
 backbone:n.net({p2:outs[0]!,p3:outs[1]!,p4:outs[2]!,p5}),
 rpn:{levels,anchors:{sizes:[[12],[24],[48],[96]],ratios:[0.5,1,2],rounded:true,straddling:"keep",perCell:3},
  head:seq({kind:"image",channels:d.fpn,stride:4},m=>m.same("rpn.head.relu","relu",[m.conv("rpn.head.conv","input",3,d.fpn,1,true,N01,Z)])),initializer:N01,
  match:{positive:0.7,negative:0.3,negativeFrom:0,keepBest:true},sample:{count:d.rpnCount,positive:0.5},coder:{weights:[1,1,1,1],clamp:Math.log(1000/16)},
  propose:{before:{train:d.before,test:d.before},nms:0.7,after:{train:d.after,test:d.after},minimumSize:1e-3,minimumScore:0},
  loss:{objectness:{kind:"binaryCrossEntropy"},boxes:{kind:"smoothL1",beta:1/9},objectnessWeight:1,boxesWeight:1}},
 regions:{levels:levels.slice(0,3),assign:{size:224,level:4,epsilon:1e-6},match:{positive:0.5,negative:0.5,negativeFrom:0,keepBest:false},sample:{count:d.count,positive:0.25},addTruths:true,
  pool:roiPool?{kind:"roiPool",size:[7,7]}:{kind:"roiAlign",size:[7,7],sampling:2,aligned:false},
  trunk:seq(region(7),m=>{let y=m.use("regions.trunk.flatten","flatten",["input"],{}, {kind:"vector",channels:49*d.fpn});for(const f of ["fc6","fc7"]){y=m.use(`regions.trunk.${f}`,"dense",[y],{units:d.fc,bias:true,initializer:U,biasInitializer:U},{kind:"vector",channels:d.fc});y=m.same(`regions.trunk.${f}relu`,"relu",[y]);}return y;}),
  heads:[{kind:"classify",name:"label",path:"regions.label",from:"trunk",outputs:d.classes+1,initializer:U,biasInitializer:U,loss:{kind:"softmaxCrossEntropy"},weight:1,span},
   {kind:"regress",name:"box",path:"regions.box",from:"trunk",perClass:true,outputs:4*(d.classes+1),coder:{weights:[10,10,5,5],clamp:Math.log(1000/16)},initializer:U,biasInitializer:U,loss:{kind:"smoothL1",beta:1/9},weight:1,span},
   ...(withMask?[{kind:"segment",name:"mask",path:"regions.mask",pool:{kind:"roiAlign",size:[14,14],sampling:2,aligned:false},layers:seq(region(14),m=>{let y="input";for(let i=0;i<2;i++){y=m.conv(`regions.mask.conv${i}`,y,3,d.mask,1,true,FO,Z);y=m.same(`regions.mask.relu${i}`,"relu",[y]);}y=m.use("regions.mask.deconv","deconv",[y],{padding:[0,0],kernel:[2,2],channels:d.mask,stride:[2,2],bias:true,initializer:FO,biasInitializer:U},{kind:"region",channels:d.mask,height:28,width:28});return m.same("regions.mask.relu","relu",[y]);}),outputs:d.classes+1,perClass:true,initializer:FO,biasInitializer:U,loss:{kind:"sigmoidCrossEntropy"},weight:1,span} as never]:[])]},
 detect:{score:d.score,nms:0.5,keep:d.keep,minimumSize:1e-2,maskThreshold:0.5},
 train:{batch:d.batch,steps:200,optimizer:{kind:"sgd",momentum:0.9,weightDecay:1e-4},rate:0.01,schedule:{at:[160],factor:0.1,warmup:50},clip:10},places:{}} as Model;}
